"""Questions that the panel answers otherwise in the second run, with what each judge said in both."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from agreement.estimate import Codes
from agreement.panel import CANNOT_TELL, SATISFIED, VIOLATED
from domain.item import item_id_of
from domain.severity import Severity
from pipeline.diff.pairs import Pairs
from pipeline.store.connection import Connection
from pipeline.store.results import FindingRow, fetch_findings

_WORDS = {VIOLATED: "violated", SATISFIED: "left alone", CANNOT_TELL: "cannot tell"}


class Flip(NamedTuple):
    """One question."""

    scenario_id: str
    candidate_id: str
    repeat: int
    rubric_id: str
    criterion_id: str
    severity: Severity
    before: str
    """The panel's word: violated, left alone or cannot tell."""
    after: str
    disposition_before: str | None
    disposition_after: str | None
    is_same_response: bool
    """Whether both runs judged the same words."""

    @property
    def key(self) -> tuple[str, str, int]:
        """The response."""
        return self.scenario_id, self.candidate_id, self.repeat


class Said(NamedTuple):
    """What one judge said of a flipped question in one run."""

    judge_id: str
    is_after: bool
    said: str
    """A verdict, or how it failed."""
    reason: str
    quotes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "judge_id": self.judge_id,
            "run": "second" if self.is_after else "first",
            "said": self.said,
            "reason": self.reason,
            "quotes": list(self.quotes),
        }


def flips_of(pairs: Pairs) -> list[Flip]:
    """Every question that flipped: the gravest first, those newly violated before others."""
    panel = pairs.of.panel
    moved = np.flatnonzero(panel[pairs.first] != panel[pairs.second])
    found = [_flip(pairs, int(one)) for one in moved]
    return sorted(found, key=lambda one: (-one.severity.rank, one.after != _WORDS[VIOLATED], one))


def _flip(pairs: Pairs, place: int) -> Flip:
    of, first, second = pairs.of, int(pairs.first[place]), int(pairs.second[place])
    old, new = (of.items.rows[int(of.item[row])] for row in (first, second))
    kind = of.kinds[int(of.kind[second])]
    return Flip(
        new.scenario_id, new.candidate_id, new.repeat, kind.rubric_id, kind.criterion_id, kind.severity,
        _word(of.panel, first), _word(of.panel, second), old.disposition, new.disposition,
        old.body_sha256 == new.body_sha256,
    )  # fmt: skip


def _word(panel: Codes, row: int) -> str:
    return _WORDS[int(panel[row])]


def fetch_said_of(connection: Connection, run_ids: tuple[str, str], flips: Sequence[Flip]) -> dict[Flip, list[Said]]:
    """What every judge said of these, the first run's before the second's."""
    ids = [{one.key: item_id_of(run_id, *one.key) for one in flips} for run_id in run_ids]
    findings = [fetch_findings(connection, sorted(set(some.values()))) for some in ids]
    return {
        one: [
            said
            for is_after in (False, True)
            for said in _said(findings[is_after], ids[is_after][one.key], one, is_after=is_after)
        ]
        for one in flips
    }


def _said(findings: Mapping[str, list[FindingRow]], item_id: str, one: Flip, *, is_after: bool) -> list[Said]:
    about = [
        row for row in findings.get(item_id, ())
        if (row.rubric_id, row.criterion_id) == (one.rubric_id, one.criterion_id)
    ]  # fmt: skip
    return [
        Said(
            row.judge_id, is_after, row.value or f"failed: {row.failure}", row.reason or row.expected,
            tuple(span.quote for span in row.evidence),
        )
        for row in about
    ]  # fmt: skip
