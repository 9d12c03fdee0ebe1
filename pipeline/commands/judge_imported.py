"""A configuration for what was imported: everything but the scenarios and candidates is another's."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from domain.errors import InputError
from pipeline.config import load_config
from pipeline.files.whole import written_whole
from pipeline.run import RUN_ID


@dataclass(frozen=True, slots=True)
class Derived:
    """A configuration that can be written once what it judges is there."""

    path: Path
    text: str

    def write(self) -> Path:
        """Write it; gives the file."""
        with written_whole(self.path) as beside:
            beside.write_text(self.text, "utf-8")
        return self.path


def config_for(root: Path, like: Path, name: str, *, force: bool) -> Derived:
    """The configuration config/<name>.yaml, which judges what is imported under this name.

    Args:
        root: the workspace.
        like: the configuration whose judges, rubrics, policy, limits and store are taken over.
        name: of what is imported, and of the run.
        force: a configuration of that name may be written over.

    Raises:
        InputError: the other configuration is broken, or there is one of this name.
    """
    if not RUN_ID.fullmatch(name):
        raise InputError(f"{name!r} cannot name a run; expected letters, digits and . _ - only", key="--name")
    path = root / "config" / f"{name}.yaml"
    if path.exists() and not force:
        raise InputError("exists already; give another --name, or --force to write over it", file=path)
    changes = {
        "name": name,
        "run_id": name,
        "scenarios": (f"data/scenarios/{name}.jsonl",),
        "responses": (f"data/responses/{name}.jsonl",),
        "candidates": (),
    }
    config = load_config(like).model_copy(update=changes)
    body = yaml.safe_dump(
        config.model_dump(mode="json", by_alias=True, exclude_defaults=True), allow_unicode=True, sort_keys=False
    )
    return Derived(path, f"# Judges what was imported as {name}, otherwise as {like.name} does.\n{body}")
