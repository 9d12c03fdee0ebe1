"""PostgreSQL's own ways: a server that goes away, rights that are missing, others in the same database."""

from collections.abc import Callable, Iterator

import orjson
import pytest

from domain.errors import StoreError
from pipeline.store.address import open_store
from pipeline.store.connection import Store
from pipeline.store.costs import fetch_costs
from pipeline.store.ingest import insert_new
from pipeline.store.migration import newest_version
from pipeline.store.results import fetch_items
from tests.conftest import ROOT, Workspace
from tests.flow import MAIN, UNSAFE, authored, facts, invoke, start
from tests.postgres import Cluster

INSERT = "INSERT INTO ingest VALUES (?, 1)"
NO_DRIVER = f"""
import sys
sys.modules["psycopg"] = None
{MAIN}
"""


@pytest.fixture
def store(address: str) -> Store:
    return open_store(address, ROOT)


def database_of(address: str) -> str:
    return address.partition("@/")[2].partition("?")[0]


def write(store: Store, name: str) -> None:
    with store.writing() as connection:
        connection.execute(INSERT, [name])


def names(store: Store) -> set[str]:
    with store.reading() as connection:
        return {row[0] for row in connection.execute("SELECT run_id FROM ingest").fetchall()}


def write_through(store: Store, meanwhile: Callable[[], None]) -> None:
    with store.writing() as connection:
        connection.execute(INSERT, ["lost"])
        meanwhile()
        connection.execute(INSERT, ["too late"])


def drop_connections(address: str, postgres: Cluster) -> None:
    name = database_of(address)
    postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608


def refusal(store: Store) -> str:
    """What reading and writing both say."""
    said: set[str] = set()
    for visit in (store.reading, store.writing):
        with pytest.raises(StoreError) as refused, visit():
            pytest.fail("the door opened")
        said.add(str(refused.value))
    [one] = said
    return one


def test_a_visit_after_the_server_dropped_the_connection_finds_another(
    store: Store, address: str, postgres: Cluster
) -> None:
    write(store, "before")
    drop_connections(address, postgres)
    assert {"before"} == names(store)
    drop_connections(address, postgres)
    write(store, "after")
    assert {"before", "after"} == names(store)


def test_a_visit_that_the_server_breaks_off_keeps_nothing_and_says_so(
    store: Store, address: str, postgres: Cluster
) -> None:
    write(store, "before")
    with pytest.raises(StoreError, match="terminating connection"):
        write_through(store, lambda: drop_connections(address, postgres))
    assert {"before"} == names(store)


def test_a_failure_that_was_passed_over_is_not_taken_for_success(store: Store) -> None:
    write(store, "before")
    with pytest.raises(StoreError, match="a statement of this visit failed; nothing of it was kept"):
        insert_twice_and_pass_over_it(store)
    assert {"before"} == names(store)


def insert_twice_and_pass_over_it(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(INSERT, ["new"])
        with pytest.raises(Exception, match="duplicate key"):
            connection.execute(INSERT, ["before"])


def test_a_read_is_of_one_moment(store: Store, address: str) -> None:
    write(store, "before")
    with store.reading() as connection:
        assert [(1,)] == connection.execute("SELECT count(*) FROM ingest").fetchall()
        write(open_store(address, ROOT), "meanwhile")
        assert [(1,)] == connection.execute("SELECT count(*) FROM ingest").fetchall()


def test_visits_of_one_turn_wait_for_each_other_and_others_go_beside(store: Store, address: str) -> None:
    write(store, "before")
    other = open_store(address, ROOT, wait_s=0.05)
    with store.writing("feeding") as connection:
        connection.execute(INSERT, ["fed"])
        with (
            pytest.raises(StoreError, match="another Caveat process kept the store for too long"),
            other.writing("feeding"),
        ):
            pytest.fail("the door opened")
        write(other, "beside")
        assert {"before", "beside"} == names(other)
    assert {"before", "beside", "fed"} == names(other)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"database": "nowhere"}, r'database "nowhere" does not exist; create it, or mend the address'),
        (
            {"user": "nobody"},
            r'role "nobody" does not exist; check the user in the address, and its password',
        ),
    ],
    ids=["database", "user"],
)
def test_a_wrong_address_is_a_sentence(postgres: Cluster, change: dict[str, str], said: str) -> None:
    found = refusal(open_store(postgres.address(**{"database": "postgres", **change}), ROOT))
    assert said in found
    assert "\n" not in found


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://u@127.0.0.1:1/d", "connection refused"),
        ("postgresql://u@h/d?colour=blue", "is no address that can be read"),
        ("postgresql:///d?service=caveat-none", "name a service that is in ~/.pg_service.conf"),
    ],
    ids=["down", "option", "service"],
)
def test_a_server_that_cannot_be_reached_is_a_sentence(postgres: Cluster, address: str, said: str) -> None:
    assert postgres.folder.exists()  # the driver is there
    assert said.lower() in refusal(open_store(address, ROOT)).lower()


@pytest.fixture
def clinician(postgres: Cluster) -> Iterator[str]:
    """A user without any right."""
    postgres.execute("CREATE ROLE clinician LOGIN")
    yield "clinician"
    postgres.execute("DROP ROLE clinician")


def as_user(address: str, user: str) -> Store:
    return open_store(address.replace("caveat@", f"{user}@"), ROOT)


def test_a_user_who_may_not_make_the_store_is_told_what_to_ask_for(address: str, clinician: str) -> None:
    theirs = as_user(address, clinician)
    with pytest.raises(StoreError, match="there is no store yet and this user may not make it; grant it CREATE"):
        theirs.check_rights()
    with pytest.raises(StoreError, match=r"permission denied for database .*; grant it what docs/how-to-postgresql"):
        write(theirs, "x")


def test_a_user_gets_in_step_by_step_with_the_grants_of_the_guide(
    store: Store, address: str, postgres: Cluster, clinician: str
) -> None:
    write(store, "before")
    theirs, database = as_user(address, clinician), database_of(address)
    assert "permission denied for schema caveat; this user may not do that" in refusal(theirs)
    postgres.execute(f"GRANT USAGE ON SCHEMA caveat TO {clinician}", database)
    assert "permission denied for table schema_version" in refusal(theirs)
    postgres.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA caveat TO {clinician}", database)
    assert {"before"} == names(theirs)
    with pytest.raises(StoreError, match="permission denied for table ingest"):
        write(theirs, "x")
    with pytest.raises(StoreError, match=r"this user may not read and write .* disposition, .*how-to-postgresql"):
        theirs.check_rights()
    postgres.execute(f"GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA caveat TO {clinician}", database)
    theirs.check_rights()
    write(theirs, "x")
    assert {"before", "x"} == names(store)
    postgres.execute(f"DROP OWNED BY {clinician}", database)


def test_a_schema_that_another_made_is_refused_and_left_alone(store: Store, address: str, postgres: Cluster) -> None:
    postgres.execute("CREATE SCHEMA caveat CREATE TABLE recipes (n INTEGER)", database_of(address))
    with pytest.raises(StoreError, match="its schema caveat is not a store of Caveat; it holds recipes"):
        write(store, "x")


def test_an_empty_schema_that_an_administrator_made_becomes_the_store(
    store: Store, address: str, postgres: Cluster
) -> None:
    postgres.execute("CREATE SCHEMA caveat", database_of(address))
    write(store, "x")
    assert {"x"} == names(store)


def test_tables_of_others_in_the_same_database_are_not_touched(store: Store, address: str, postgres: Cluster) -> None:
    postgres.execute("CREATE TABLE public.run (n INTEGER)", database_of(address))
    write(store, "x")
    postgres.execute("INSERT INTO public.run VALUES (1)", database_of(address))
    with store.reading() as connection:
        assert [(0,)] == connection.execute("SELECT count(*) FROM run").fetchall()


def test_a_store_of_a_newer_caveat_is_refused(store: Store) -> None:
    write(store, "x")
    with store.writing() as connection:
        connection.execute("INSERT INTO schema_version VALUES (99)")
    assert f"written by a newer Caveat (schema 99; this one knows up to {newest_version()})" in refusal(store)


def test_a_database_in_another_encoding_is_refused(postgres: Cluster) -> None:
    postgres.execute("CREATE DATABASE latin ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0")
    said = refusal(open_store(postgres.address("latin"), ROOT))
    assert "keeps text as SQL_ASCII; create the database with ENCODING 'UTF8'" in said


def test_a_missing_driver_is_a_sentence_and_only_where_it_is_needed(workspace: Workspace) -> None:
    config = authored(workspace, {"s1": UNSAFE})
    with start(workspace, "run", config, code=NO_DRIVER) as fine:
        assert "1 of 1 responses judged" in fine.communicate()[0]
    with start(workspace, "queue", "--store", "postgresql://h/d", code=NO_DRIVER) as missing:
        _, said = missing.communicate()
    assert (2, 'PostgreSQL needs a driver; run: pip install "caveat[postgres]"') == (
        missing.returncode, said.strip().partition("postgresql://h/d: ")[2],
    )  # fmt: skip


def test_the_doctor_says_how_the_store_stands(address: str, workspace: Workspace) -> None:
    workspace.store = address
    config = authored(workspace, {"s1": UNSAFE})
    before = {one["name"]: one["says"] for one in facts(workspace, "doctor", config)["checks"]}
    assert before["store"].endswith("is not there yet; the first run makes it")
    invoke(workspace, "run", config)
    after = {one["name"]: one["says"] for one in facts(workspace, "doctor", config)["checks"]}
    assert f"{open_store(address, ROOT).address} opens and can be read whole; 1 runs in it" == after["store"]


def test_a_nul_in_what_an_endpoint_says_reaches_queue_and_report_unaltered(address: str, workspace: Workspace) -> None:
    workspace.store = address
    reply = f"Rest.\0 {UNSAFE}\ufdd0"
    invoke(workspace, "run", authored(workspace, {"s1": reply}))
    with workspace.open_store().reading() as connection:
        [item] = fetch_items(connection, "c", limit=9)
    [finding] = item.findings
    assert reply == item.body
    assert [reply] == [item.body[span.start : span.end] for span in finding.evidence]


def test_a_nul_in_what_an_endpoint_reports_of_itself_does_not_spoil_the_costs(store: Store) -> None:
    call = orjson.dumps({"model": "m\0", "input_tokens": 3, "note": "\\u0000"}).decode()
    row = dict.fromkeys(("scenario_id", "scenario_sha256", "candidate_sha256", "detail", "body"), "")
    row |= dict.fromkeys(("body_sha256", "model", "responded_at"), "") | {"outcome": "completed"}
    with store.writing() as connection:
        rows = [
            {**row, "item_id": n, "journal_offset": int(n), "run_id": "r", "candidate_id": "a", "call_json": call}
            for n in "12"
        ]
        insert_new(connection, "response", [{**one, "repeat_number": 0} for one in rows])
    with store.reading() as connection:
        [cost] = fetch_costs(connection, "r")
    assert ("candidate a", 2, 6, None) == (cost.who, cost.n_calls, cost.input_tokens, cost.usd)


QUEUED = "SELECT item_id FROM disposition WHERE lane IS NOT NULL ORDER BY priority DESC, routed_at, item_id LIMIT 20"
WORST = "SELECT item_id FROM disposition WHERE run_id = 'r' ORDER BY priority DESC, item_id LIMIT 20"


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT * FROM response WHERE item_id = 'i'", "response_item"),
        ("SELECT * FROM verdict WHERE item_id = 'i'", "verdict_item"),
        ("SELECT * FROM judge_failure WHERE item_id = 'i'", "judge_failure_item"),
        ("SELECT * FROM disposition WHERE item_id = 'i'", "disposition_item"),
        (QUEUED, "disposition_waiting"),
        (WORST, "disposition_worst"),
    ],
)
def test_an_item_and_the_lists_that_people_see_are_found_by_an_index(store: Store, query: str, index: str) -> None:
    write(store, "run")
    with store.reading() as connection:
        connection.execute("SET LOCAL enable_seqscan = off")  # small tables are read whole, and sorted
        connection.execute("SET LOCAL enable_sort = off")
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {query}").fetchall())
    assert f" {index} " in plan
    assert "Sort" not in plan
