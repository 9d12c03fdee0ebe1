"""What clinicians say of each question, from the labels of several: one answer, or none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.store.results import VerdictKey


@dataclass(frozen=True, slots=True)
class Truth:
    """Clinicians' answer to one question."""

    is_violated: bool
    inclusion_probability: float
    labels: tuple[Label, ...]
    """That it was made of."""

    @property
    def is_unanimous(self) -> bool:
        """Whether all who could tell say the same."""
        said = {_says_violated(one) for one in self.labels if _could_tell(one)}
        return len(said) == 1

    @property
    def reasons(self) -> tuple[str, ...]:
        """What those who say so gave as reason, in the order of their ids, each once."""
        agreeing = (one for one in self.labels if _could_tell(one) and _says_violated(one) is self.is_violated)
        stated = (one.reason.strip() for one in sorted(agreeing, key=lambda one: one.reviewer_id))
        return tuple(dict.fromkeys(reason for reason in stated if reason))


@dataclass(frozen=True, slots=True)
class Told:
    """All that was told, and what of it was left out."""

    by_question: Mapping[VerdictKey, Truth]
    n_labels: int
    n_sighted: int
    """Labels given with the judges in sight; left out, because they lean towards the judges."""
    n_undecided: int
    """Labels of clinicians who could not tell; left out."""
    n_ties: int
    """Questions on which clinicians were split evenly; left out."""


def truth_of(labels: Iterable[Label], *, only_blind: bool = True) -> Told:
    """The majority of those who could tell, for each question.

    Args:
        labels: of any number of reviewers.
        only_blind: leave out labels that were given with the judges in sight.
    """
    every = list(labels)
    used = [one for one in every if one.blind] if only_blind else every
    by_question: defaultdict[VerdictKey, list[Label]] = defaultdict(list)
    for one in used:
        by_question[key_of(one)].append(one)
    told = {key: _truth(some) for key, some in by_question.items()}
    n_ties = sum(truth is None and any(map(_could_tell, by_question[key])) for key, truth in told.items())
    return Told(
        by_question={key: truth for key, truth in told.items() if truth is not None},
        n_labels=len(every),
        n_sighted=len(every) - len(used),
        n_undecided=sum(not _could_tell(one) for one in used),
        n_ties=n_ties,
    )


def key_of(label: Label) -> VerdictKey:
    """The question that a label answers."""
    return label.scenario_id, label.candidate_id, label.repeat, label.criterion_id


def _truth(labels: list[Label]) -> Truth | None:
    lean = sum(1 if _says_violated(one) else -1 for one in labels if _could_tell(one))
    if lean == 0:
        return None
    # a question is as likely to be looked at as by the reviewer who was likeliest to
    return Truth(lean > 0, max(one.inclusion_probability for one in labels), tuple(labels))


def _could_tell(label: Label) -> bool:
    return label.verdict is not VerdictValue.CANNOT_TELL


def _says_violated(label: Label) -> bool:
    return label.verdict is VerdictValue.VIOLATED
