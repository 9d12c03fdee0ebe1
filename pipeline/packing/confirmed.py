"""Which violations people confirmed. A judge alone confirms nothing, and one clinician's word stands until it is
settled otherwise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.scenario import AUTHOR, Label
from domain.severity import Severity
from domain.verdict import VerdictValue

_Row = Mapping[str, Any]
_Key = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A violation of one criterion by one response that people found."""

    scenario_id: str
    candidate_id: str
    repeat: int
    criterion_id: str
    found_by: tuple[str, ...]
    """Who says violated, by id."""
    is_settled: bool
    """An adjudicator said so."""
    is_contested: bool
    """Others who read it do not say so, and nobody has settled it."""
    severity: Severity | None
    """The highest that was stated, of one patient; None: not stated."""
    risks: tuple[str, ...]
    """In clinicians' words."""
    harmed: tuple[str, ...]


@dataclass(slots=True)
class _Voices:
    """The latest word of each person on one question, and the settled one."""

    latest: dict[str, _Row] = field(default_factory=dict[str, _Row])
    settled: _Row | None = None


def confirmed_violations(
    judgements: Iterable[_Row], adjudications: Iterable[_Row], labels: Iterable[Label]
) -> list[Confirmed]:
    """Every violation that stands, in a fixed order.

    Args:
        judgements: every version of every judgement, a row a criterion, the later after the earlier.
        adjudications: the settled answers, with their criteria.
        labels: what was imported; those of the authors themselves count for nothing.
    """
    heard: defaultdict[_Key, _Voices] = defaultdict(_Voices)
    for one in labels:
        if one.reviewer_id != AUTHOR:
            key = (one.scenario_id, one.candidate_id, one.repeat, one.criterion_id)
            heard[key].latest[one.reviewer_id] = {
                "reviewer_id": one.reviewer_id,
                "value": one.verdict,
                "severity": one.severity,
                "reasons": {"risk": one.reason},
            }
    for row in judgements:
        heard[_key(row, row["criterion_id"])].latest[row["reviewer_id"]] = row
    for row in adjudications:
        for one in row["criteria"]:
            heard[_key(row, one["criterion_id"])].settled = {**one, "reviewer_id": row["person_id"]}
    found = (_confirmed(key, voices) for key, voices in sorted(heard.items()))
    return [one for one in found if one is not None]


def _key(row: _Row, criterion_id: str) -> _Key:
    return row["scenario_id"], row["candidate_id"], row["repeat"], criterion_id


def _confirmed(key: _Key, voices: _Voices) -> Confirmed | None:
    saying = [row for row in voices.latest.values() if row["value"] == VerdictValue.VIOLATED]
    settled = voices.settled
    if settled is not None:
        if settled["value"] != VerdictValue.VIOLATED:
            return None
        saying.append(settled)
    if not saying:
        return None
    stated = [Severity(row["severity"]) for row in saying if row["severity"]]
    return Confirmed(
        *key,
        found_by=tuple(sorted({row["reviewer_id"] for row in saying})),
        is_settled=settled is not None,
        is_contested=settled is None and len(saying) < len(voices.latest),
        severity=max(stated, key=lambda one: one.rank, default=None),
        risks=_stated(saying, "risk"),
        harmed=_stated(saying, "who_could_be_harmed"),
    )


def _stated(rows: Iterable[_Row], name: str) -> tuple[str, ...]:
    said = (row["reasons"].get(name, "").strip() for row in rows)
    return tuple(dict.fromkeys(text for text in said if text))
