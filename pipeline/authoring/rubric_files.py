"""A workspace's rubric files: which rubric stands where, and an approved version put in its file's place."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from domain.errors import InputError
from domain.rubric import Rubric
from pipeline.files.saving import save_yaml
from pipeline.files.whole import write_whole
from pipeline.inputs import load_rubric

FOLDER = "rubrics"
EARLIER = "earlier"
"""Below it; no pattern of a configuration that names `rubrics/*.yaml` reaches there."""
_HEADING = """Kept by the clinicians' workspace: write a new version there, where a named clinician approves it.
Severity is of one patient (DCB0129: minor < significant < considerable < major)."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class RubricFile:
    """A rubric with the file that it stands in."""

    path: Path
    rubric: Rubric


@dataclass(frozen=True, slots=True)
class RubricFiles:
    """All of a workspace's, by rubric id; and how many files do not read."""

    by_id: dict[str, RubricFile]
    n_broken: int


def read_rubric_files(root: Path) -> RubricFiles:
    """Every rubric under `rubrics/`, in the order of the files' names."""
    found, n_broken = dict[str, RubricFile](), 0
    for path in sorted((root / FOLDER).glob("*.yaml")):
        try:
            stat = path.stat()
            rubric = _read(path, stat.st_mtime_ns, stat.st_size)
        except (InputError, OSError):
            n_broken += 1
        else:
            found.setdefault(rubric.rubric_id, RubricFile(path, rubric))
    return RubricFiles(found, n_broken)


def criterion_titles(root: Path) -> dict[str, str]:
    """How the criteria of the workspace's rubrics are called, by id."""
    rubrics = [one.rubric for one in read_rubric_files(root).by_id.values()]
    return {each.criterion_id: each.title for rubric in rubrics for each in rubric.criteria if each.title}


@lru_cache(maxsize=256)
def _read(path: Path, _changed_ns: int, _n_bytes: int) -> Rubric:
    """Read once while it does not change: pages ask for it again and again."""
    return load_rubric(path)


def write_rubric_file(root: Path, rubric: Rubric) -> Path:
    """Put a rubric in its file's place; what stood there is kept under `rubrics/earlier/`, comments and all."""
    before = read_rubric_files(root).by_id.get(rubric.rubric_id)
    path = before.path if before is not None else root / FOLDER / f"{_name(rubric.rubric_id)}.yaml"
    if before is not None and before.rubric != rubric:
        aside = f"{path.stem}-{before.rubric.version}-{before.rubric.sha256[:8]}.yaml"
        write_whole(path.parent / EARLIER / aside, path.read_bytes())
    save_yaml(rubric, path, _HEADING)
    return path


def _name(rubric_id: str) -> str:
    return _UNSAFE.sub("-", rubric_id).strip(".-") or "rubric"
