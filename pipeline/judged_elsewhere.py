"""Verdicts of another system as a run of ours: a journal like any other, which the store is fed from.

There is no text in it and nothing was routed, so nothing of it waits for clinicians; it is there to be compared.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from domain.errors import InputError
from domain.item import Item, ResponseOutcome, item_id_of
from domain.question import Question, criterion_of
from domain.record import content_sha256
from domain.scenario import Message, Scenario, ScenarioCriterion
from domain.verdict import FailureKind, Finding, JudgeFailure, Verdict, VerdictValue
from judges.judge import Judgement
from pipeline.entries import finding_entry, now, response_entry, scenario_entry
from pipeline.importing.given import GivenVerdict
from pipeline.journal import NAME, Entry, Journal
from pipeline.store.connection import Store
from pipeline.store.ingest import ingest

_NO_TEXT = "(verdicts alone were imported, without the text)"


def import_run(store: Store, folder: Path, verdicts: Iterable[GivenVerdict]) -> int:
    """Make a run of verdicts; gives their number.

    Args:
        store: is fed with it.
        folder: the run's own, which names it; not there yet.
        verdicts: read more than once.

    Raises:
        InputError: there is such a run already, or no verdict.
    """
    if (folder / NAME).exists():
        raise InputError("exists already; give another --name", file=folder)
    if not any(True for _ in verdicts):
        raise InputError("there are no verdicts to make a run of")
    n = 0
    with Journal(folder) as journal:
        for entry in _entries(folder.name, verdicts):
            journal.append(entry)
            n += entry["kind"] in ("verdict", "failure")
    ingest(store, folder)
    return n


def _entries(run_id: str, verdicts: Iterable[GivenVerdict]) -> Iterator[Entry]:
    yield _run_entry(run_id, sorted({one.judge_id for one in verdicts}))
    begun: set[str] = set()
    for one in verdicts:
        item = _item(run_id, one)
        if one.scenario_id not in begun:
            yield scenario_entry(item)
        if item.item_id not in begun:
            yield response_entry(item, ResponseOutcome.COMPLETED, "", detail=_NO_TEXT)
        begun |= {one.scenario_id, item.item_id}
        yield finding_entry(item.item_id, _question(item, one), Judgement(_finding(one), ""), None)


def _run_entry(run_id: str, judge_ids: list[str]) -> Entry:
    """As `pipeline.entries.run_entry` writes it; what decided the verdicts is not known, so only names are pinned."""
    judges = [
        {
            "judge_id": judge_id,
            "fingerprint": content_sha256(["imported", judge_id]),
            "model": judge_id,
            "is_baseline": False,
            "spec": {"judge_id": judge_id, "provider": "imported"},
        }
        for judge_id in judge_ids
    ]
    config: Entry = {"config": {"name": run_id, "candidates": [], "judges": [], "policy": {}}, "content": {}}
    run: Entry = {
        "kind": "run",
        "run_id": run_id,
        "name": run_id,
        "config": config,
        "is_provisional": False,
        "at": now(),
    }
    return run | {"rubrics": [], "judges": judges}


def _item(run_id: str, one: GivenVerdict) -> Item:
    scenario = Scenario(scenario_id=one.scenario_id, messages=(Message(role="user", content=_NO_TEXT),))
    item_id = item_id_of(run_id, one.scenario_id, one.candidate_id, one.repeat)
    return Item(item_id, run_id, scenario, one.candidate_id, "", one.repeat)


def _question(item: Item, one: GivenVerdict) -> Question:
    written = criterion_of(ScenarioCriterion(criterion_id=one.criterion_id, criterion=_NO_TEXT, points=1))
    criterion = written.model_copy(update={"points": None})
    return Question(item.scenario, "", one.rubric_id, None, criterion, one.severity, applicability_open=True)


def _finding(one: GivenVerdict) -> Finding:
    whose = one.judge_id, one.rubric_id, one.criterion_id
    if isinstance(one.verdict, VerdictValue):
        return Verdict(*whose, one.verdict, one.severity, one.reason)
    return JudgeFailure(*whose, FailureKind.CALL_FAILED, one.severity, one.reason or "failed, as imported")
