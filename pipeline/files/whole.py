"""A file appears whole or not at all: written under another name, on the disk before it takes its place."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.errors import InputError


@contextmanager
def whole_file(path: Path) -> Generator[BinaryIO]:
    """A file to write to, which has its name when the block ends: a crash or a full disk on the way leaves what was
    there before.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    put_in_place(beside, path)


@contextmanager
def written_whole(path: Path) -> Generator[Path]:
    """A path beside, for what opens its file itself; it takes the file's place when the block ends, and is gone where
    that fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        yield beside
        put_in_place(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """The same for content that is there already.

    Raises:
        OSError: it cannot be written.
    """
    with whole_file(path) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    """The same for a text that somebody asked for.

    Raises:
        InputError: it cannot be written.
    """
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=path) from None


def put_in_place(beside: Path, path: Path) -> None:
    """Give a finished file its name, and have the name on the disk too."""
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
