"""Bytes to text: UTF-8, with or without a byte order mark, Unix or Windows line ends."""

from pathlib import Path

from domain.errors import InputError

_MARK = b"\xef\xbb\xbf"
_LARGEST = 64 * 1024 * 1024
"""Bytes; far above any page or table that people write, and a bound on what a wrong file can make us hold."""


def read_text(path: Path) -> str:
    """The file's text.

    Raises:
        InputError: the file cannot be read, or is not UTF-8 (names the line).
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", file=path) from None
    if len(content) > _LARGEST:
        raise InputError(f"is larger than {_LARGEST:,} bytes; is it the right file?", file=path)
    return decode(content.removeprefix(_MARK), path, line=1).replace("\r\n", "\n")


def decode(content: bytes, path: Path, *, line: int) -> str:
    """Bytes that begin at this line, as text.

    Raises:
        InputError: they are not UTF-8.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        broken = line + content.count(b"\n", 0, error.start)
        raise InputError(
            f"expected UTF-8 text, found the byte 0x{content[error.start]:02x}", file=path, line=broken
        ) from None


def expand(root: Path, patterns: tuple[str, ...], key: str) -> list[Path]:
    """The files that the patterns name, relative to the workspace, in sorted order.

    Raises:
        InputError: a pattern names no file.
    """
    found: list[Path] = []
    for pattern in patterns:
        base = Path(pattern)
        hits = (
            [base]
            if base.is_absolute() and base.is_file()
            else sorted(root.glob(pattern))
            if not base.is_absolute()
            else []
        )
        if not (hits := [hit for hit in hits if hit.is_file()]):
            raise InputError(f"no file matches {pattern!r} (looked in {root})", key=key)
        found += [hit for hit in hits if hit not in found]
    return found
