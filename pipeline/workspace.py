"""A workspace: the folders that hold a team's prompts, rubrics, configuration and data."""

import shutil
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from domain.errors import InputError

STORE = "data/caveat.duckdb"
RUNS = Path("data/runs")
EXPORTS = Path("data/exports")
_FOLDERS = (
    "prompts",
    "rubrics",
    "config",
    "data/scenarios",
    "data/responses",
    "data/labels",
    "data/probes",
    "data/qualification",
)
_GITIGNORE = (
    "data/runs/\ndata/trials/\ndata/rejudging/\ndata/reports/\ndata/exports/\ndata/caveat.duckdb*\ndata/calls.sqlite*\n"
    "secrets/\n"
)


def init_workspace(target: Path) -> list[Path]:
    """Lay out a workspace with the starter content; gives the files that were written.

    Raises:
        InputError: a folder of that name already holds something; nothing is overwritten.
    """
    for name in ("", *_FOLDERS):
        _refuse_what_is_there(target / name, may_hold_files=not name)
    written: list[Path] = []
    for name in _FOLDERS:
        (target / name).mkdir(parents=True, exist_ok=True)
        for source in sorted(starter(name).iterdir(), key=lambda one: one.name):
            if source.is_file():
                destination = target / name / source.name
                with source.open("rb") as content, destination.open("wb") as file:
                    shutil.copyfileobj(content, file)
                written.append(destination)
    if not (ignore := target / ".gitignore").exists():
        ignore.write_text(_GITIGNORE, encoding="utf-8")
        written.append(ignore)
    return written


def in_workspace(root: Path, path: Path) -> Path:
    """A path that a person gave: inside the workspace if it is there, else as they gave it."""
    inside = root / path
    return inside if inside.exists() or not path.exists() else path


def _refuse_what_is_there(folder: Path, *, may_hold_files: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file, expected a folder or nothing; nothing was written", file=folder)
    if not may_hold_files and folder.exists() and any(folder.iterdir()):
        raise InputError("already holds files; nothing was written", file=folder)


def starter(name: str) -> Traversable:
    """A folder of the starter content: inside the package when installed as a wheel, beside it in a checkout."""
    packaged = resources.files("pipeline").joinpath("starter")
    root = packaged if packaged.is_dir() else Path(__file__).parent.parent
    return root.joinpath(name)
