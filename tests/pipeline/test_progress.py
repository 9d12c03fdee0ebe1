"""Where a run stands, by its journal."""

from pathlib import Path

from pipeline.journal import Entry, Journal
from pipeline.progress import Progress, read_progress

CALL = {"text": "x"}


def response(item_id: str, outcome: str = "completed", call: object = None) -> Entry:
    return {"kind": "response", "item_id": item_id, "candidate_id": "a", "outcome": outcome, "call": call}


def finding(item_id: str, verdict_id: str, failure: str = "", call: object = None) -> Entry:
    kind = "failure" if failure else "verdict"
    of = {"item_id": item_id, "verdict_id": verdict_id, "finding": {"judge_id": "j", "kind": failure}}
    return {"kind": kind, **of, "call": call}


def item(item_id: str, disposition: str = "cleared", lane: str | None = None) -> Entry:
    return {"kind": "item", "item_id": item_id, "routed": {"disposition": disposition, "lane": lane}}


def progress_of(folder: Path, *entries: Entry) -> Progress:
    with Journal(folder) as journal:
        for entry in entries:
            journal.append(entry)
    return read_progress(journal.path)


def test_a_run_that_never_began_has_done_nothing(tmp_path: Path) -> None:
    progress = read_progress(tmp_path / "journal.jsonl")
    assert (None, set[str](), 0, 0) == (
        progress.run,
        progress.finished_before,
        progress.n_calls,
        progress.n_call_failures,
    )


def test_only_what_unfinished_items_paid_for_is_held(tmp_path: Path) -> None:
    open_response, open_finding = response("open"), finding("open", "v2")
    progress = progress_of(
        tmp_path,
        {"kind": "run", "run_id": "r"},
        {"kind": "scenario", "sha256": "s"},
        response("done"),
        finding("done", "v1"),
        open_response,
        item("done"),
        open_finding,
    )
    assert {"kind": "run", "run_id": "r"} == progress.run
    assert ({"done"}, 1) == (progress.finished_before, progress.n_finished)
    assert {"open": open_response} == progress.responses
    assert {"v2": open_finding} == progress.findings


def test_failed_findings_of_unfinished_items_are_held_too(tmp_path: Path) -> None:
    failed = finding("open", "v", "refused")
    assert {"v": failed} == progress_of(tmp_path, failed).findings


def test_everything_is_counted_by_kind(tmp_path: Path) -> None:
    progress = progress_of(
        tmp_path,
        response("a", call=CALL),
        response("b", "call_failed", call=CALL),
        response("c", "empty"),
        finding("a", "v1", call=CALL),
        finding("a", "v2", "call_failed", call=CALL),
        finding("a", "v3", "malformed", call=CALL),
        item("a", "flagged", "flagged"),
        item("b", "borderline", "borderline"),
        item("c", "cleared", "audit"),
        item("d"),
    )
    assert {"completed": 1, "call_failed": 1, "empty": 1} == progress.outcomes
    assert {"call_failed": 1, "malformed": 1} == progress.failures
    assert {"flagged": 1, "borderline": 1, "cleared": 2} == progress.dispositions
    assert {"flagged": 1, "borderline": 1, "audit": 1} == progress.lanes
    assert 5 == progress.n_calls
    assert 2 == progress.n_call_failures


def test_counting_as_it_goes_ends_where_reading_again_does(tmp_path: Path) -> None:
    entries = [response("a", call=CALL), finding("a", "v", "refused"), item("a", "flagged", "flagged")]
    live = Progress()
    for entry in entries:
        live.count(entry)
    again = progress_of(tmp_path, *entries)
    assert (live.n_calls, live.failures, live.lanes, live.n_finished) == (
        again.n_calls,
        again.failures,
        again.lanes,
        again.n_finished,
    )
