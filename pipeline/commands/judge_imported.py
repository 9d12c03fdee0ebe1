"""A configuration for what was imported: everything but the scenarios and candidates is another's."""

from pathlib import Path

import yaml

from domain.errors import InputError
from pipeline.config import Config, load_config
from pipeline.files.whole import written_whole
from pipeline.run import RUN_ID


def config_for(root: Path, like: Path, name: str, *, force: bool) -> Path:
    """Write config/<name>.yaml, which judges what was imported under this name; gives the file.

    Args:
        root: the workspace.
        like: the configuration whose judges, rubrics, policy, limits and store are taken over.
        name: of what was imported, and of the run.
        force: write over a configuration of that name.

    Raises:
        InputError: the other configuration is broken, or there is one of this name.
    """
    if not RUN_ID.fullmatch(name):
        raise InputError(f"{name!r} cannot name a run; expected letters, digits and . _ - only", key="--name")
    target = root / "config" / f"{name}.yaml"
    if target.exists() and not force:
        raise InputError("exists already; give another --name, or --force to write over it", file=target)
    changes = {
        "name": name,
        "run_id": name,
        "scenarios": (f"data/scenarios/{name}.jsonl",),
        "responses": (f"data/responses/{name}.jsonl",),
        "candidates": (),
    }
    config: Config = load_config(like).model_copy(update=changes)
    with written_whole(target) as beside:
        body = config.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        text = yaml.safe_dump(body, allow_unicode=True, sort_keys=False)
        beside.write_text(f"# Judges what was imported as {name}, otherwise as {like.name} does.\n{text}", "utf-8")
    return target
