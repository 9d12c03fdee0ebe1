"""spaCy models for tests, built here and fetched from nowhere: a tokeniser and a list of names."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Workspace

NAME = "Jo Bloggs"
"""Nobody; with a title, the rules would see it."""
needs_presidio = pytest.mark.skipif(
    find_spec("presidio_analyzer") is None, reason='presidio is not installed: pip install "caveat[presidio]"'
)
_PATTERNS = (("PERSON", NAME), ("GPE", "Oldtown"), ("CARDINAL", "three"), ("TIME", "nightly"))


def build_model(folder: Path, *more: tuple[str, str], version: str = "1.2.3") -> Path:
    """A model that labels a few words, as larger ones label what they have learned."""
    spacy: Any = import_module("spacy")
    nlp = spacy.blank("en")
    nlp.meta |= {"name": "ward_names", "version": version}
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": pattern} for label, pattern in (*_PATTERNS, *more)])
    nlp.to_disk(folder)
    return folder


def switch_on(workspace: Workspace, **changes: Any) -> None:
    """Presidio with such a model, in the workspace's folder `names`."""
    build_model(workspace.root / "names")
    workspace.yaml("config/identifiers.yaml", settings(**changes))


def settings(**changes: Any) -> dict[str, Any]:
    return {"schema": "identifiers/1", "presidio": {"model": "names", **changes}}
