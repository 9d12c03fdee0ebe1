"""Every question that some runs' judges were asked, read or not, in columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agreement.comparison import NOT_ASKED
from agreement.estimate import Codes, Floats
from domain.question import SCENARIO_RUBRIC_ID
from domain.routing import Disposition
from domain.severity import Severity
from pipeline.comparing.voted import deciding, panel_says, votes_of
from pipeline.store.questions import N_CODES, Asked, ItemRow, KindRow

OWN = "own criteria"
"""The scenarios' own: others in every scenario, whatever their ids, so they share one group."""
DISPOSITIONS = [one.value for one in Disposition]


@dataclass(frozen=True, slots=True)
class Items:
    """Responses: one row each, in all runs."""

    rows: list[ItemRow]
    run: Codes
    scenario: Codes
    candidate: Codes
    disposition: Codes
    """Place in `DISPOSITIONS`; -1 where it was never routed."""
    is_sent: NDArray[np.bool_]
    chance: Floats
    """With which it was drawn; NaN where it was never routed."""


@dataclass(frozen=True, slots=True)
class Population:
    """Questions: one row each; made by `population`."""

    run_ids: list[str]
    scenario_ids: list[str]
    candidate_ids: list[str]
    judge_ids: list[str]
    kinds: list[KindRow]
    items: Items
    item: Codes
    """(n,) row in `items`."""
    kind: Codes
    """(n,) place in `kinds`."""
    verdicts: Codes
    """(n, judges) each judge's vote."""
    panel: Codes
    """(n,) the word of the panel as a whole."""
    score: Floats
    """(n,) share of answers that say violated, 0-1."""

    @property
    def n(self) -> int:
        """Questions."""
        return len(self.item)

    @property
    def scenario(self) -> Codes:
        """(n,) place in `scenario_ids`."""
        return self.items.scenario[self.item]

    def of_kind(self, names: Sequence[str]) -> tuple[Codes, list[str]]:
        """Code each question by a name that goes with its kind; and the names in order."""
        return _coded(names, self.kind)

    def by_criterion(self) -> tuple[Codes, list[str]]:
        """(n,) the criterion of each question, the scenarios' own together."""
        return self.of_kind([OWN if one.rubric_id == SCENARIO_RUBRIC_ID else one.criterion_id for one in self.kinds])

    def by_severity(self) -> tuple[Codes, list[str]]:
        """(n,) the severity of each, the gravest first."""
        codes, names = self.of_kind([f"{3 - one.severity.rank} {one.severity}" for one in self.kinds])
        return codes, [name[2:] for name in names]


def population(nights: Sequence[Asked]) -> Population:
    """All questions of these runs."""
    judge_ids = sorted({judge.judge_id for night in nights for judge in night.judges})
    kinds = sorted({kind for night in nights for kind in night.kinds})
    items = _items(nights)
    columns = [_night(night, judge_ids, kinds) for night in nights]
    starts = np.cumsum([0, *(len(night.items) for night in nights)])
    return Population(
        [night.run_id for night in nights],
        sorted({one.scenario_id for one in items.rows}),
        sorted({one.candidate_id for one in items.rows}),
        judge_ids,
        kinds,
        items,
        np.concatenate([start + one.item for start, one in zip(starts, columns, strict=False)]),
        *(np.concatenate([getattr(one, name) for one in columns]) for name in ("kind", "verdicts", "panel", "score")),
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    item: Codes
    kind: Codes
    verdicts: Codes
    panel: Codes
    score: Floats


def _night(night: Asked, judge_ids: list[str], kinds: list[KindRow]) -> _Columns:
    """One run's questions, by the places of all runs' kinds and judges."""
    offsets = np.array([one.journal_offset for one in night.items], dtype=np.int64)
    item = np.searchsorted(offsets, night.found[:, 0])
    place = {kind: number for number, kind in enumerate(kinds)}
    kind = np.array([place[one] for one in night.kinds], dtype=np.int64)[night.found[:, 1]]
    keys, question = np.unique(item * len(kinds) + kind, return_inverse=True)
    n_judges = len(night.judges)
    cells = (question * n_judges + night.found[:, 2]) * N_CODES + night.found[:, 3]
    counts = np.bincount(cells, minlength=len(keys) * n_judges * N_CODES).reshape(len(keys), n_judges, N_CODES)
    own_kind = keys % max(len(kinds), 1)
    votes, said, score = _votes(night, counts, [kinds[one] for one in range(len(kinds))], own_kind)
    wide = np.full((len(keys), len(judge_ids)), NOT_ASKED)
    wide[:, [judge_ids.index(judge.judge_id) for judge in night.judges]] = votes
    return _Columns(keys // max(len(kinds), 1), own_kind, wide, said, score)


def _votes(night: Asked, counts: NDArray[np.integer], kinds: list[KindRow], kind: Codes) -> tuple[Codes, Codes, Floats]:
    major = _flags(kinds, kind, [one.severity is Severity.MAJOR for one in kinds])
    strong = Severity(night.policy.get("strong_from", Severity.MAJOR)).rank
    severe = _flags(kinds, kind, [one.severity.rank >= strong for one in kinds])
    any_flags = major | _flags(kinds, kind, [(one.rubric_id, one.severity.value) in night.any_flags for one in kinds])
    repeats = np.array([judge.n_repeats for judge in night.judges])
    votes = votes_of(counts, np.broadcast_to(repeats, counts.shape[:2]), major)
    stages = np.broadcast_to(np.array([judge.stage for judge in night.judges]), votes.shape)
    return votes, *panel_says(counts, votes, deciding(stages, votes, severe), any_flags)


def _flags(kinds: list[KindRow], kind: Codes, flags: list[bool]) -> NDArray[np.bool_]:
    return np.array(flags, dtype=np.bool_)[kind] if kinds else np.zeros(0, dtype=np.bool_)


def _items(nights: Sequence[Asked]) -> Items:
    rows = [one for night in nights for one in night.items]
    places = {name: number for number, name in enumerate(DISPOSITIONS)}
    chance = [np.nan if one.inclusion_probability is None else one.inclusion_probability for one in rows]
    return Items(
        rows,
        np.repeat(np.arange(len(nights)), [len(night.items) for night in nights]),
        _coded([one.scenario_id for one in rows])[0],
        _coded([one.candidate_id for one in rows])[0],
        np.array([places.get(one.disposition or "", -1) for one in rows], dtype=np.intp),
        np.array([one.is_sent for one in rows], dtype=np.bool_),
        np.array(chance, dtype=np.float64),
    )


def _coded(names: Sequence[str], rows: Codes | None = None) -> tuple[Codes, list[str]]:
    order = sorted(set(names))
    place = {name: number for number, name in enumerate(order)}
    codes = np.array([place[name] for name in names], dtype=np.intp)
    return (codes if rows is None else codes[rows]), order
