"""Records into files that people and runs read: the whole file or nothing."""

import os
from pathlib import Path
from typing import Any

import yaml

from domain.record import Record

_WIDTH = 118


class _Dumper(yaml.SafeDumper):
    """Never an anchor: what stands twice is written twice, because aliases are refused when a file is read."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 (PyYAML's signature)
        """Of nothing."""
        return True


def write_whole(path: Path, content: bytes) -> None:
    """Put the content in the file's place, in one step; it is on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def yaml_text(record: Record) -> str:
    """The record as `load_yaml` reads it back, equal; what is as by default is left out."""
    body = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.dump(body, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)


def save_yaml(record: Record, path: Path, heading: str = "") -> None:
    """Write one record, under a comment of one line each."""
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    write_whole(path, (comment + yaml_text(record)).encode())
