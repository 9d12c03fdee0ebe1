"""A run's inputs behind the identifier gate, with what the store says a lead has allowed."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from domain.errors import InputError, StoreError
from domain.identifiers.gate import IdentifierGate
from domain.record import Record
from pipeline.config import Config
from pipeline.files.texts import texts_in_file
from pipeline.inputs import ADVICE, Inputs
from pipeline.recogniser.load import load_recogniser
from pipeline.store.address import open_store
from pipeline.store.allowances import fetch_allowances
from pipeline.store.connection import Store


def load_inputs(root: Path, config: Config) -> Inputs:
    """Read everything that the configuration names.

    Raises:
        InputError: something is not as it must be, or could say who somebody is and was allowed by nobody.
    """
    return Inputs(root, config, gate_of(root, open_store(config.store, root)))


def refuse_identified(path: Path, gate: IdentifierGate) -> None:
    """Refuse a file that holds what could say who somebody is.

    Raises:
        InputError: names the first place, its kind, and how many more there are.
    """
    stopped = [
        (placed, problem) for placed in texts_in_file(path) if (problem := gate.problem(placed.text)) is not None
    ]
    if stopped:
        placed, problem = stopped[0]
        more = f" ({len(stopped) - 1} more texts too; `caveat identifiers check` lists them)" if stopped[1:] else ""
        raise InputError(f"{problem}{more}; {ADVICE}", file=path, line=placed.line, key=placed.key)


def refuse_identified_records(path: Path, kinds: Mapping[str, Iterable[Record]], gate: IdentifierGate) -> None:
    """The same of a file whose records were made out of it.

    Args:
        path: the file.
        kinds: what it gave, by kind.
        gate: as it stands.

    Raises:
        InputError: names the first record and key.
    """
    for kind, records in kinds.items():
        for number, one in enumerate(records, 1):
            if (found := gate.first_in(one)) is not None:
                key, problem = found
                raise InputError(f"{problem}; {ADVICE}", file=path, key=f"{kind} {number}, {key}")


def refuse_recognised(path: Path, keys: Sequence[str], gate: IdentifierGate) -> None:
    """Refuse a table in whose columns the gate's recogniser finds something: of what becomes an id, it reads the text.

    Raises:
        InputError: names the first place and its kind.
    """
    for placed in texts_in_file(path) if gate.recogniser is not None else ():
        if placed.key in keys and (problem := gate.recognised_in((placed.text,))) is not None:
            raise InputError(f"{problem}; {ADVICE}", file=path, line=placed.line, key=placed.key)


def gate_of(root: Path, store: Store) -> IdentifierGate:
    """The gate as it stands, with the recogniser that the workspace has on; what cannot be looked up is not allowed.

    Raises:
        InputError: the recogniser that is switched on cannot be had.
    """
    recogniser = load_recogniser(root)
    try:
        if not store.exists():
            return IdentifierGate(recogniser=recogniser)
        with store.reading() as connection:
            return IdentifierGate((one.text_sha256 for one in fetch_allowances(connection)), recogniser)
    except StoreError:
        return IdentifierGate(recogniser=recogniser)
