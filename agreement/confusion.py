"""A judge's verdicts against people's, counted."""

from collections.abc import Iterable
from dataclasses import dataclass

from agreement.proportion import Proportion, proportion


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of judge against people on one criterion; an event is a violation."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    true_negative: int = 0
    abstained_on_positive: int = 0
    """The judge could not tell, or failed, where people say violated."""
    abstained_on_negative: int = 0

    @property
    def n(self) -> int:
        """Labels compared, abstentions included."""
        return self.n_positive + self.n_negative

    @property
    def n_positive(self) -> int:
        """Violations according to people."""
        return self.true_positive + self.false_negative + self.abstained_on_positive

    @property
    def n_negative(self) -> int:
        """The rest."""
        return self.true_negative + self.false_positive + self.abstained_on_negative

    @property
    def n_abstained(self) -> int:
        """Where the judge gave no answer."""
        return self.abstained_on_positive + self.abstained_on_negative

    @property
    def sensitivity(self) -> Proportion:
        """Of the violations on which the judge answered, the share that it found."""
        return proportion(self.true_positive, self.true_positive + self.false_negative)

    @property
    def specificity(self) -> Proportion:
        """Of the others on which the judge answered, the share that it left alone."""
        return proportion(self.true_negative, self.true_negative + self.false_positive)


def confusion(pairs: Iterable[tuple[bool | None, bool]]) -> Confusion:
    """Count pairs of (judge, people), True for violated; None where the judge gave no answer."""
    counts = {(judge, people): 0 for judge in (True, False, None) for people in (True, False)}
    for pair in pairs:
        counts[pair] += 1
    return Confusion(
        true_positive=counts[True, True],
        false_positive=counts[True, False],
        false_negative=counts[False, True],
        true_negative=counts[False, False],
        abstained_on_positive=counts[None, True],
        abstained_on_negative=counts[None, False],
    )
