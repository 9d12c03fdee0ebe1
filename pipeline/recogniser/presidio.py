"""Presidio and its spaCy model, loaded once in a process and asked about one text at a time.

Of Presidio's recognisers only the one that reads spaCy's names is used: others fetch a list of domains from the
network, and see nothing that the rules do not (docs/adr/0029). spaCy says of no name how sure it is, and Presidio gives
each the same score, so there is no least score to set: one above it would switch everything off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import file_digest
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from domain.errors import InputError
from domain.identifiers.found import Identifier, NamedKind
from domain.record import content_sha256

_KEPT = 1024
"""Texts: a response is looked at when it comes, and again in each prompt that quotes it."""

_READ, _SHARED = 100_000, 500
"""Characters that a model reads at a time, since its memory grows with them, and those that two readings share, so that
no name is cut in two."""


@dataclass(frozen=True, slots=True)
class Presidio:
    """A recogniser that travels as what it is made of; the model is loaded where it is asked."""

    model: str
    kinds: tuple[NamedKind, ...]
    said: str
    sha256: str

    def refuse_elsewhere(self) -> None:
        """Make sure that this machine has the very same.

        Raises:
            InputError: it has none, or another.
        """
        if (here := load_presidio(self.model, self.kinds)).sha256 != self.sha256:
            raise InputError(f"expected {self.said}, found {here.said} or other files of the same version")

    def find(self, text: str) -> tuple[Identifier, ...]:
        """What it finds, in the order of the text."""
        return _engine(self.model, self.kinds).find(text)


def load_presidio(model: str, kinds: tuple[NamedKind, ...]) -> Presidio:
    """Load the model, and say which it is.

    Args:
        model: an installed package, or a folder.
        kinds: what is to be found.

    Raises:
        InputError: Presidio or the model is missing, or the model finds none of a kind; the key is given where one is
            at fault.
    """
    if find_spec("presidio_analyzer") is None:
        raise InputError('Presidio is not installed; run: pip install "caveat[presidio]"')
    return _engine(model, kinds).presidio


class _Engine:
    """Presidio's analyzer over one loaded model."""

    def __init__(self, model: str, kinds: tuple[NamedKind, ...]) -> None:
        nlp = _load_model(model)
        analyzer = _analyzer(nlp, kinds)

        def look(text: str) -> tuple[Identifier, ...]:
            with nlp.memory_zone():  # else spaCy keeps every new word of a night
                found = analyzer.analyze(text, nlp.lang, entities=list(kinds))
            ordered = sorted(found, key=lambda one: (one.start, one.end))
            return tuple(Identifier(NamedKind(one.entity_type), one.start, one.end) for one in ordered)

        self._look = lru_cache(_KEPT)(look)
        self._one_at_a_time = Lock()
        self.presidio = _identity(model, nlp, kinds)

    def find(self, text: str) -> tuple[Identifier, ...]:
        """What it finds; pages ask from several threads, and a spaCy model is made for one."""
        found: dict[tuple[int, int], Identifier] = {}
        with self._one_at_a_time:
            for at in range(0, max(1, len(text) - _SHARED), _READ - _SHARED):
                for one in self._look(text[at : at + _READ]):
                    place = at + one.start, at + one.end
                    found[place] = Identifier(one.kind, *place)
        return tuple(found.values())


_engine = cache(_Engine)


def _load_model(model: str) -> Any:  # noqa: ANN401 (spaCy's Language, which ships partial types)
    spacy: Any = import_module("spacy")
    if not (Path(model).is_absolute() or spacy.util.is_package(model)):
        raise InputError(
            f"there is no spaCy model {model!r}, neither as a folder of the workspace nor as an installed package; "
            "install one that you know the origin of, such as: python -m spacy download en_core_web_sm",
            key="model",
        )
    try:
        return spacy.load(Path(model) if Path(model).is_absolute() else model)
    except (OSError, ValueError, ImportError) as error:
        raise InputError(f"the spaCy model does not load: {' '.join(str(error).split())}", key="model") from None


def _analyzer(nlp: Any, kinds: tuple[NamedKind, ...]) -> Any:  # noqa: ANN401
    """Presidio around a model, with the one recogniser that needs nothing else."""
    presidio: Any = import_module("presidio_analyzer")  # heavy, and wanted only where a workspace switches it on
    of_spacy: Any = import_module("presidio_analyzer.nlp_engine")
    names = of_spacy.NerModelConfiguration()
    names.labels_to_ignore = _labels_without(nlp, names.model_to_presidio_entity_mapping, kinds)
    engine = of_spacy.SpacyNlpEngine(ner_model_configuration=names)
    engine.nlp = {nlp.lang: nlp}  # loaded already: by itself it would download a model that is missing
    readers: Any = import_module("presidio_analyzer.predefined_recognizers")
    reader = readers.SpacyRecognizer(supported_language=nlp.lang, supported_entities=list(kinds))
    registry = presidio.RecognizerRegistry([reader], supported_languages=[nlp.lang])
    return presidio.AnalyzerEngine(registry, engine, supported_languages=[nlp.lang])


def _labels_without(nlp: Any, words: dict[str, str], kinds: tuple[NamedKind, ...]) -> list[str]:  # noqa: ANN401
    """The model's labels that are of no kind wanted; of those that it knows not, Presidio would speak in the log.

    Raises:
        InputError: nothing that the model finds is of a kind wanted.
    """
    labels: set[str] = {label for name in nlp.pipe_names for label in getattr(nlp.get_pipe(name), "labels", ())}
    found: set[str] = {words.get(label, label) for label in labels}
    if absent := [kind for kind in kinds if kind not in found]:
        known = ", ".join(sorted(found & set(NamedKind))) or "nothing of the kind"
        raise InputError(f"the model finds no {absent[0]}; it finds {known}", key="kinds")
    return sorted(label for label in labels if words.get(label, label) not in kinds)


def _identity(model: str, nlp: Any, kinds: tuple[NamedKind, ...]) -> Presidio:  # noqa: ANN401
    of = nlp.meta
    said = (
        f"presidio-analyzer {version('presidio-analyzer')}, spaCy {version('spacy')}, "
        f"{of['lang']}_{of['name']} {of['version']}, {', '.join(kinds)}"
    )
    return Presidio(model, kinds, said, content_sha256([said, *_files_of(nlp.path)]))


def _files_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of the model with its hash: two models can have one name and version."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with path.open("rb") as file:
            yield path.relative_to(folder).as_posix(), file_digest(file, "sha256").hexdigest()
