"""Records into files that people and runs read: the whole file or nothing."""

from pathlib import Path
from typing import Any

import yaml

from domain.record import Record
from pipeline.files.whole import write_whole

_WIDTH = 118


_UNUSUAL_BREAKS = frozenset("\x85\u2028\u2029")
"""End a line in YAML, so that they are lost at the end of a text that is not written with escapes."""


class _Dumper(yaml.SafeDumper):
    """Never an anchor: what stands twice is written twice, because aliases are refused when a file is read."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 (PyYAML's signature)
        """Of nothing."""
        return True


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _UNUSUAL_BREAKS & set(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)  # pyright: ignore[reportUnknownMemberType]


_Dumper.add_representer(str, _text_node)


def yaml_text(record: Record) -> str:
    """The record as `load_yaml` reads it back, equal; what is as by default is left out."""
    body = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.dump(body, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)


def save_yaml(record: Record, path: Path, heading: str = "") -> None:
    """Write one record, under a comment of one line each."""
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    write_whole(path, (comment + yaml_text(record)).encode())
