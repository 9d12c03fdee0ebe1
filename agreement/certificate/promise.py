"""What a certificate promises, and how many labels it takes to prove that."""

from dataclasses import dataclass

from scipy.stats import nbinom


@dataclass(frozen=True, slots=True)
class Promise:
    """With confidence 1 - delta, elusion is alpha at most: the share of what clears that clinicians call violated."""

    alpha: float
    delta: float

    def __post_init__(self) -> None:
        if not (0 < self.alpha < 1 and 0 < self.delta < 1):
            raise ValueError(f"expected alpha and delta between 0 and 1, got {self.alpha} and {self.delta}")

    def at_attempt(self, attempt: int) -> "Promise":
        """The promise to test at the first, second, ... attempt, so that all attempts together err in delta at most.

        Attempt j may err in delta / (j (j + 1)), and these add up to delta: who tries every night until it works
        breaks no promise.

        Raises:
            ValueError: the attempt is below 1.

        Source: the union bound; spending an error over looks, Lan and DeMets (1983), Biometrika 70:659-663.
        """
        if attempt < 1:
            raise ValueError(f"expected attempts to be counted from 1, got {attempt}")
        return Promise(self.alpha, self.delta / (attempt * (attempt + 1)))


def labels_needed(misses: int, promise: Promise) -> int:
    """How many cleared responses of different scenarios prove the promise when so many of them are violations.

    Args:
        misses: violations among them, 0 or more.
        promise: alpha and delta.

    Raises:
        ValueError: misses are negative.

    Source: the smallest n with P(Binomial(n, alpha) <= misses) <= delta, read off the negative binomial; the figures
    are those of Clopper and Pearson (1934), Biometrika 26:404-413, one-sided.
    """
    if misses < 0:
        raise ValueError(f"expected 0 misses or more, got {misses}")
    satisfied = nbinom.isf(promise.delta, misses + 1, promise.alpha)  # pyright: ignore[reportUnknownMemberType]
    return int(satisfied) + misses + 1


def feasibility(promise: Promise) -> tuple[int, int, int]:
    """Labels needed with no miss, with one and with two: what to know before anybody reads anything."""
    return labels_needed(0, promise), labels_needed(1, promise), labels_needed(2, promise)


def must_abstain(base_rate: float, promise: Promise) -> float:
    """The share of responses, 0-1, that any rule must leave to people to keep the promise.

    Args:
        base_rate: the share of violations among all responses, 0-1.
        promise: alpha and delta.

    Raises:
        ValueError: the rate is outside 0-1.

    Source: what clears is a share c with c alpha violations at most, and at most all the rest are violations:
    base_rate <= c alpha + 1 - c. The bound (mu - alpha) / (1 - alpha) of arXiv:2606.29054.
    """
    if not 0 <= base_rate <= 1:
        raise ValueError(f"expected a rate in 0-1, got {base_rate}")
    return max(0.0, (base_rate - promise.alpha) / (1 - promise.alpha))
