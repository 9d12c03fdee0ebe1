"""Every kind of file that is written, killed at moments spread over the writing: whole before, whole after."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pipeline.cache.replies import ReplyFile
from pipeline.commands.out import write_page
from pipeline.files.jsonl import read_lines
from pipeline.store.backup import back_up
from pipeline.store.door import DuckDBStore
from pipeline.store.migration import newest_version, pending, record
from tests.conftest import Workspace
from tests.endpoint import Answer, Endpoint, Say
from tests.faults.kill import killed_along
from tests.flow import ENV, LIGHTS, clinic, dispositions, facts, invoke, prepare

N_KILLS = 8
LABEL = {"scenario_id": "s1", "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "p", "verdict": "violated"}


@pytest.fixture
def ran(workspace: Workspace) -> Workspace:
    """A run, and a label that is in the store alone."""
    invoke(workspace, "run", str(workspace.config()))
    invoke(workspace, "import", "labels", str(workspace.jsonl("labels.jsonl", [LABEL])))
    return workspace


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with DuckDBStore(path).reading() as connection:
        names = ("run", "response", "verdict", "disposition", "label", "event")
        return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in names}


def test_a_report_is_the_old_one_or_the_new_one(ran: Workspace) -> None:
    page = ran.root / "data/reports/c.html"
    whole = set[str]()
    for _ in killed_along(ran.root, "report", "c", n_kills=N_KILLS):
        text = page.read_text(encoding="utf-8")
        assert text == "the old one" or text.rstrip().endswith("</html>")
        whole.add(text[:11])
        write_page(page, "the old one")
    assert "the old one" in whole | {page.read_text(encoding="utf-8")}


def test_a_backup_is_there_whole_or_not_and_the_store_is_what_it_was(ran: Workspace) -> None:
    store, target = ran.root / ran.store, ran.root / "b.duckdb"
    before = content(store)
    for _ in killed_along(ran.root, "store", "backup", str(target), n_kills=N_KILLS):
        assert before == content(store)
        if target.exists():
            assert before == content(target)
            target.unlink()
    target.unlink(missing_ok=True)
    back_up(DuckDBStore(store), target)
    assert before == content(target)


@pytest.mark.parametrize("command", ["restore", "rebuild"])
def test_a_store_that_is_put_in_anothers_place_is_whole_at_every_moment(ran: Workspace, command: str) -> None:
    store, backup = ran.root / ran.store, ran.root / "b.duckdb"
    back_up(DuckDBStore(store), backup)
    before = content(store)
    given = ["store", "restore", str(backup), "--yes"] if command == "restore" else ["store", "rebuild", "--yes"]
    for _ in killed_along(ran.root, *given, n_kills=N_KILLS):
        assert store.exists()
        assert before == content(store)
    assert 0 == invoke(ran, *given).exit_code
    assert before == content(store)


@pytest.mark.parametrize("version", [1, 3])
def test_a_store_whose_migration_was_broken_off_is_brought_forward_by_the_next_visit(
    ran: Workspace, version: int
) -> None:
    store, old = ran.root / ran.store, ran.root / "old.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{old}' AS store (STORAGE_VERSION 'v1.5.0'); USE store")
        for number, script in pending(0):
            if number <= version:
                record(connection, number, script)
        connection.execute("INSERT INTO ingest VALUES ('kept', 1)")
    shutil.copy(old, store)
    for _ in killed_along(ran.root, "queue", n_kills=N_KILLS):
        with DuckDBStore(store).reading() as connection:
            assert (newest_version(),) == connection.execute("SELECT max(version) FROM schema_version").fetchone()
            assert [("kept",)] == connection.execute("SELECT run_id FROM ingest").fetchall()
        Path(f"{store}.wal").unlink(missing_ok=True)
        shutil.copy(old, store)


def test_a_file_of_labels_is_there_whole_or_not(ran: Workspace) -> None:
    given = ran.jsonl("many.jsonl", [{**LABEL, "scenario_id": f"s{n}"} for n in range(400)])
    out = ran.root / "split"
    for _ in killed_along(ran.root, "labels", "split", str(given), "--out", str(out), n_kills=N_KILLS):
        for part in out.glob("*.jsonl"):
            assert 100 < len(list(read_lines(part)))
            assert part.read_bytes().endswith(b"}\n")
            part.unlink()


def test_a_run_goes_on_and_the_replies_that_it_kept_can_be_read(
    workspace: Workspace, serve: Callable[[Say], Endpoint]
) -> None:
    here = serve(lambda body: Answer(clinic(body).text, delay_s=0.01))
    behind = {"provider": "openai", "model": "m", "base_url": here.openai_url, "transport": "direct"}
    prepare(workspace, "green", "red", "amber", criteria=1, **behind)
    cache, store = workspace.root / "data/calls.sqlite", workspace.root / workspace.store
    for _ in killed_along(workspace.root, "run", "config/c.yaml", n_kills=N_KILLS, env=ENV):
        assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
        assert LIGHTS == dispositions(workspace)
        with closing(ReplyFile(cache, read_only=True)) as replies:
            assert replies.count()
        shutil.rmtree(workspace.root / "data/runs")
        cache.unlink()
        store.unlink()
        Path(f"{store}.wal").unlink(missing_ok=True)  # left by the kill; DuckDB would look for what it belongs to
