"""Where an export goes, and what does not go together."""

from pathlib import Path

from domain.errors import InputError
from pipeline.exporting.export import NEVER_BLIND
from pipeline.workspace import EXPORTS


def free_target(root: Path, given: Path | None, run_id: str, kind: str, *, blind: bool, force: bool) -> Path:
    """The file or folder to write: as somebody gave it, else one under data/exports/.

    Raises:
        InputError: it is there, and nobody said to write over it.
    """
    name = f"{run_id}{'-blind' if blind else ''}"
    target = root / (given or EXPORTS / (f"{name}.xlsx" if kind == "xlsx" else f"{name}-{kind}"))
    if target.exists() and not force:
        raise InputError("exists already; give another name, or --force to write over it", file=target)
    return target


def contradiction(kind: str, *, blind: bool) -> str:
    """Why a format cannot be had so; empty where it can."""
    return f"{kind} holds what is the judges'; it goes with no --blind." if kind in NEVER_BLIND and blind else ""
