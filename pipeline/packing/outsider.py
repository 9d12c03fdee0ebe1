"""What somebody without Caveat needs to read a pack and to check it: a README, and hashes as common tools take them."""

from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.packing.manifest import PackedFile

README, SUMS = "README.txt", "SHA256SUMS"
SUMS_ABOUT = "Hashes as sha256sum takes them, of all files but itself and manifest.json."
_ENVIRONMENT = Environment(
    loader=PackageLoader("pipeline", "templates"), autoescape=False, undefined=StrictUndefined, trim_blocks=True,  # noqa: S701 (plain text)
    lstrip_blocks=True, keep_trailing_newline=True,
)  # fmt: skip


def readme(run_id: str, files: Mapping[str, PackedFile], others: Mapping[str, str]) -> str:
    """The text.

    Args:
        run_id: of the run.
        files: those that are there already.
        others: those that will be, with what each is.
    """
    listed = {name: one.about for name, one in files.items()} | dict(others)
    return _ENVIRONMENT.get_template("pack.txt").render(run_id=run_id, files=sorted(listed.items()))


def sums(files: Mapping[str, PackedFile]) -> str:
    """A line a file."""
    return "".join(f"{files[name].file_sha256}  {name}\n" for name in sorted(files))
