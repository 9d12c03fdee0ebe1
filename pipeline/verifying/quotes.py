"""Does every quote still stand in the response that it was taken from, at the very offsets?"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from pydantic import TypeAdapter

from domain.question import criterion_of
from domain.record import text_sha256
from domain.rubric import Kind, Rubric
from domain.scenario import Scenario
from domain.verdict import LookedFor, Span, VerdictValue
from judges.reply import presence_claimed
from pipeline.store.connection import Connection, Store
from pipeline.store.rows import fetch
from pipeline.verifying.check import Broken, Checked

Row = Mapping[str, Any]
_EVIDENCE = TypeAdapter(tuple[Span, ...])
_LOOKED_FOR = TypeAdapter(tuple[LookedFor, ...])

_PAGE = """
    SELECT r.run_id, r.journal_offset, r.item_id, r.body, r.body_sha256
    FROM response r
    WHERE (CAST(? AS TEXT) IS NULL OR r.run_id = ?) AND (r.run_id > ? OR (r.run_id = ? AND r.journal_offset > ?))
    ORDER BY r.run_id, r.journal_offset
    LIMIT 1000
"""
_VERDICTS = """
    SELECT item_id, judge_id, criterion_id, criterion_sha256, value, evidence_json AS evidence,
           looked_for_json AS looked_for
    FROM verdict
    WHERE run_id = ? AND item_id IN ({places})
"""
_ASTRAY = """
    SELECT v.run_id, v.item_id, v.judge_id, v.criterion_id
    FROM verdict v LEFT JOIN response r ON r.run_id = v.run_id AND r.item_id = v.item_id
    WHERE r.item_id IS NULL AND (CAST(? AS TEXT) IS NULL OR v.run_id = ?)
    ORDER BY v.run_id, v.item_id, v.judge_id, v.criterion_id
    LIMIT 1000
"""


class QuoteCheck:
    """Every quote of every verdict, every response's hash, and that what a verdict says is there is quoted."""

    counts = "quotes"

    def __call__(self, store: Store, run_id: str | None) -> Iterator[Checked]:
        """One part for each thousand responses, a visit each, and one for verdicts without a response."""
        with store.reading() as connection:
            kinds = _kinds(connection)
            yield Checked(0, tuple(map(_astray, fetch(connection, _ASTRAY, [run_id, run_id]))))
        place = ("", -1)
        while True:
            with store.reading() as connection:
                page = fetch(connection, _PAGE, [run_id, run_id, place[0], place[0], place[1]])
                if not page:
                    return
                parts = [_checked(connection, one_run, list(rows), kinds) for one_run, rows in _by_run(page)]
            yield from parts
            place = (page[-1]["run_id"], page[-1]["journal_offset"])


def spans_of(evidence: str, looked_for: str | None) -> tuple[Span, ...]:
    """All that a verdict quotes: its evidence, and where what it looked for stands.

    Args:
        evidence: JSON, as the store holds it.
        looked_for: JSON; None where the verdict is older than that.

    Raises:
        ValueError: either is not what a verdict holds.
    """
    elements = _LOOKED_FOR.validate_json(looked_for or "[]")
    return (*_EVIDENCE.validate_json(evidence), *(one.span for one in elements if one.span is not None))


def problem_of(span: Span, body: str) -> str | None:
    """What is wrong with one quote, in words; None where it stands."""
    if not 0 <= span.start < span.end <= len(body):
        return f"the quote {span.quote[:60]!r} lies outside of the response ({span.start}-{span.end} of {len(body)})"
    if body[span.start : span.end] != span.quote:
        return f"the quote {span.quote[:60]!r} does not stand at {span.start}-{span.end}"
    return None


def _by_run(page: list[dict[str, Any]]) -> Iterator[tuple[str, Iterator[Row]]]:
    yield from groupby(page, itemgetter("run_id"))


def _checked(connection: Connection, run_id: str, responses: list[Row], kinds: Mapping[str, Kind]) -> Checked:
    bodies = {row["item_id"]: row["body"] for row in responses}
    sql = _VERDICTS.format(places=", ".join("?" * len(bodies)))
    verdicts = fetch(connection, sql, [run_id, *bodies])
    broken = [
        Broken(run_id, f"response {row['item_id']}", "the text is not the one that its hash was taken of")
        for row in responses
        if text_sha256(row["body"]) != row["body_sha256"]
    ]
    n_quotes = 0
    for row in verdicts:
        where = f"response {row['item_id']}, judge {row['judge_id']}, criterion {row['criterion_id']}"
        try:
            spans = spans_of(row["evidence"], row["looked_for"])
        except ValueError:
            broken.append(Broken(run_id, where, "its evidence cannot be read"))
            continue
        n_quotes += len(spans)
        problems = _problems(row, spans, bodies[row["item_id"]], kinds)
        broken += [Broken(run_id, where, problem) for problem in problems]
    return Checked(n_quotes, tuple(broken))


def _problems(row: Row, spans: tuple[Span, ...], body: str, kinds: Mapping[str, Kind]) -> Iterator[str]:
    yield from (problem for span in spans if (problem := problem_of(span, body)) is not None)
    kind = kinds.get(row["criterion_sha256"])
    if kind is None:
        yield "the criterion that it was judged by is not in the store"
    elif presence_claimed(kind, VerdictValue(row["value"])) and row["evidence"] == "[]":
        yield f"says that something is there ({row['value']}) and quotes nothing"


def _kinds(connection: Connection) -> dict[str, Kind]:
    """Each stored criterion's kind, by the hash that verdicts name it by."""
    rubrics = connection.execute("SELECT body_json FROM rubric").fetchall()
    scenarios = connection.execute("SELECT body_json FROM scenario").fetchall()
    criteria = [one for (text,) in rubrics for one in Rubric.model_validate_json(text).criteria]
    criteria += [criterion_of(own) for (text,) in scenarios for own in Scenario.model_validate_json(text).criteria]
    return {one.sha256: one.kind for one in criteria}


def _astray(row: Row) -> Broken:
    where = f"response {row['item_id']}, judge {row['judge_id']}, criterion {row['criterion_id']}"
    return Broken(row["run_id"], where, "there is a verdict, and no response that it could be about")
