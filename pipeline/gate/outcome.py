"""What a night comes to: one outcome out of all that was looked at, and why.

Several things may stand in the way at once; the exit code names the one that must be mended first, because the others
were measured by it. Judges that moved come before everything: candidates' figures are the judges' word. Then a night
that is not whole, since what is missing may be what became worse, or better. Then the candidate. Clinicians who moved
come last: tonight's flags are not their word, and a candidate that is worse can do harm now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from agreement.drift.cause import Attribution, Cause, Move, attribute
from pipeline.anchors import Comparison
from pipeline.gate.budget import Budgeted
from pipeline.gate.reference import Reference
from pipeline.gate.whole import Whole
from pipeline.gate.worse import Contrast, move_of


class Outcome(StrEnum):
    """Of a night, in order of precedence."""

    JUDGES_MOVED = "judges_moved"
    INCOMPLETE = "incomplete"
    CANDIDATE_WORSE = "candidate_worse"
    CLINICIANS_MOVED = "clinicians_moved"
    PASSED = "passed"

    @property
    def exit_code(self) -> int:
        """For whoever called."""
        return _EXIT_CODES[self]

    @property
    def words(self) -> str:
        """For people."""
        return _WORDS[self]


_EXIT_CODES = {
    Outcome.JUDGES_MOVED: 4,
    Outcome.INCOMPLETE: 3,
    Outcome.CANDIDATE_WORSE: 1,
    Outcome.CLINICIANS_MOVED: 5,
    Outcome.PASSED: 0,
}
_WORDS = {
    Outcome.JUDGES_MOVED: "the judges moved",
    Outcome.INCOMPLETE: "the night is incomplete",
    Outcome.CANDIDATE_WORSE: "a candidate is worse",
    Outcome.CLINICIANS_MOVED: "the clinicians moved",
    Outcome.PASSED: "passed",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """All that was looked at."""

    run_id: str
    provisional: bool
    reference: Reference
    whole: Whole
    candidate_ids: Sequence[str]
    tests: Sequence[Contrast]
    n_changed: int
    """Questions that were left out of the tests, because the scenario or the criterion is another than it was."""
    budgets: Sequence[Budgeted]
    anchors: Comparison | None
    """None: no anchors were given, so that neither judges nor clinicians were tested."""


@dataclass(frozen=True, slots=True)
class Gated:
    """A night at the gate."""

    looked: Looked
    blame: dict[str, Attribution]
    """By candidate: whether it is to blame for a rise."""
    outcomes: tuple[Outcome, ...]
    """All that stand in the way, the first of which decides; `PASSED` alone where nothing does."""

    @property
    def outcome(self) -> Outcome:
        """That which decides."""
        return self.outcomes[0]


def gated(of: Looked) -> Gated:
    """Decide."""
    judges, clinicians = _judges(of.anchors), _clinicians(of.anchors)
    measured_by = () if judges is None else (Cause.JUDGES_MOVED,)
    names = dict.fromkeys(one.candidate_id for one in of.tests)
    blame = {
        name: attribute(move_of([one for one in of.tests if one.candidate_id == name]), judges, clinicians,
                        measured_by=measured_by)
        for name in names
    }  # fmt: skip
    causes = {cause for one in blame.values() for cause in one.causes}
    is_short = not (of.anchors is None or of.anchors.is_complete) or (not of.tests and not of.reference.is_first)
    have_judges_moved = judges is not None and judges.is_shown
    is_beyond = any(one.state == "exceeded" for one in of.budgets) and not have_judges_moved  # by their word alone
    found = {
        Outcome.JUDGES_MOVED: have_judges_moved,
        Outcome.INCOMPLETE: not of.whole.is_whole or is_short,
        Outcome.CANDIDATE_WORSE: Cause.CANDIDATE_WORSE in causes or is_beyond,
        Outcome.CLINICIANS_MOVED: clinicians is not None and clinicians.is_shown,
    }
    standing = tuple(outcome for outcome, is_so in found.items() if is_so)
    return Gated(of, blame, standing or (Outcome.PASSED,))


def _judges(anchors: Comparison | None) -> Move | None:
    """How far the judges moved; where all alarms together say so, though no interval could be had, by anything."""
    if anchors is None:
        return None
    net = anchors.judges.overall.net
    low, high = (-1.0, 1.0) if net.low is None or net.high is None else (net.low, net.high)
    return Move(low, high, is_shown=bool(anchors.judges.alarms))


def _clinicians(anchors: Comparison | None) -> Move | None:
    return None if anchors is None or anchors.clinicians is None else anchors.clinicians.move
