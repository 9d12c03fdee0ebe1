"""Which recogniser a workspace has switched on: one strict YAML file, which holds on every road. Without it, none."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from domain.errors import InputError
from domain.identifiers.found import NamedKind
from domain.identifiers.recogniser import Recogniser
from domain.record import Record
from pipeline.files.yamlfile import load_yaml
from pipeline.recogniser.presidio import load_presidio

IDENTIFIERS = "config/identifiers.yaml"


class PresidioSettings(Record):
    """Microsoft's Presidio, which finds names by a spaCy model of the team's choice."""

    model: Annotated[str, Field(min_length=1, max_length=500)]
    """A spaCy model: the name of an installed package, or a folder, relative to the workspace."""
    kinds: Annotated[tuple[NamedKind, ...], Field(min_length=1)] = (NamedKind.PERSON,)
    """What is stopped, as Presidio calls it; each must be among what the model finds."""


class IdentifierSettings(Record):
    """What looks for identifiers beside the gate's rules; it only ever adds to them."""

    schema_: Annotated[Literal["identifiers/1"], Field(alias="schema")]
    presidio: PresidioSettings
    """Names without a title; docs/identifiers.md says what it costs."""


def load_recogniser(root: Path) -> Recogniser | None:
    """The workspace's recogniser, ready to be asked; None where none is switched on.

    Raises:
        InputError: names file, key and what to install or to change.
    """
    path = root / IDENTIFIERS
    if not path.exists():
        return None
    asked = load_yaml(IdentifierSettings, path).presidio
    folder = root / asked.model
    try:
        return load_presidio(str(folder.resolve()) if folder.is_dir() else asked.model, asked.kinds)
    except InputError as error:
        raise InputError(error.problem, file=path, key=f"presidio.{error.key}".rstrip(".")) from None
