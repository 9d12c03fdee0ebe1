"""Twenty people at once on one queue while a run publishes: how long a page takes, and whether anything is lost.

The server is a process of its own. Each person takes the next item, judges it, locks it, and is done; then the next.
They wait about a second before each page (`--think`), which is less than anybody reads in.
Target: p95 of a page under 300 ms; no item in two hands, every acknowledged judgement kept, the chain of events whole.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.person import Person, Profession, Role
from pipeline.journal import Journal
from pipeline.store.connection import Store
from pipeline.store.door import DuckDBStore
from pipeline.store.events import PEOPLE, verify
from pipeline.store.ingest import ingest
from pipeline.store.people import record_people
from pipeline.store.qualifications import Decision, record_decision
from pipeline.store.sessions import NewSession, record_session
from pipeline.store.slots import fetch_slots
from pipeline.workspace import STORE
from review.rules.lease import stamp
from review.sign_in.session import token_sha256
from tests.conftest import ROOT
from tests.flow import MAIN
from tests.review.browser import Client, Reply
from tests.review.ward import RUN, Sent, entries_of, fill

TARGET_MS = 300
_FIRST, _EVERY_S, _PORTION = 400, 1.0, 4


@dataclass
class Told:
    """What the clients saw."""

    think: float
    """Seconds that a person waits before each page."""
    ms: list[float] = field(default_factory=list[float])
    locked: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Item and person of every judgement whose lock was acknowledged."""
    failed: list[str] = field(default_factory=list[str])


def main() -> int:
    """Exit code 1 below the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, default=1.0)
    parser.add_argument("--people", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        store = DuckDBStore(root / STORE)
        fill(store, root, [Sent(f"s{n}") for n in range(_FIRST)])
        names = _admit(store, asked.people)
        command = [sys.executable, "-c", MAIN, "-C", folder, "serve", "--demo", "--port", "0"]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr is not None
            url = server.stderr.readline().split()[0]
            told, n_published = _work(url, store, root, names, (asked.seconds, asked.think))
            server.terminate()
        return _said(store, told, n_published)


def _admit(store: Store, n: int) -> list[str]:
    names = [f"reader-{number}" for number in range(n)]
    now = datetime.now(UTC)
    with store.writing(PEOPLE) as connection:
        people = [Person(one, one, frozenset({Role.TRAINER}), Profession.NURSE) for one in names]
        record_people(connection, people, stamp(now), "benchmark")
        for one in names:
            record_decision(connection, one, Decision(True, "benchmark", "benchmark", stamp(now)), [])  # noqa: FBT003
            until = stamp(now + timedelta(hours=1))
            record_session(connection, NewSession(token_sha256(one), one, "form", "demo", stamp(now), until))
    return names


def _work(url: str, store: Store, root: Path, names: list[str], times: tuple[float, float]) -> tuple[Told, int]:
    told, until = Told(think=times[1]), time.monotonic() + times[0]
    readers = [threading.Thread(target=_read, args=(url, one, until, told)) for one in names]
    for one in readers:
        one.start()
        time.sleep(times[1] / len(readers))  # people do not begin in step
    n = _FIRST
    while time.monotonic() < until:
        with Journal(root / RUN) as journal:
            for number in range(n, n + _PORTION):
                for entry in entries_of(Sent(f"s{number}")):
                    journal.append(entry)
        ingest(store, root / RUN)
        n += _PORTION
        time.sleep(_EVERY_S)
    for one in readers:
        one.join()
    return told, n - _FIRST


def _read(url: str, name: str, until: float, told: Told) -> None:
    client = Client(url, {"caveat_session": name}, "form")
    while time.monotonic() < until:
        item = _timed(told, client, "POST", "/queue/next").to
        if not item.startswith("/items/"):
            return
        for path in ("", "/criteria/1", "/criteria/2", "/overall", "/check"):
            _timed(told, client, "GET", item + path)
            if path.startswith("/criteria"):
                _timed(told, client, "POST", item + path, "&value=satisfied")
        if _timed(told, client, "POST", f"{item}/lock").to == f"{item}/reveal":
            told.locked.add((item.removeprefix("/items/"), name))
        _timed(told, client, "GET", f"{item}/reveal")
        _timed(told, client, "POST", f"{item}/reveal")
        _timed(told, client, "GET", "/")


def _timed(told: Told, client: Client, method: str, path: str, more: str = "") -> Reply:
    time.sleep(told.think)
    begun = time.perf_counter()
    kind = "application/x-www-form-urlencoded"
    reply = client.send(method, path, f"form_token=form{more}".encode(), content_type=kind)
    told.ms.append(1000 * (time.perf_counter() - begun))
    client.seen.clear()
    if reply.status not in (200, 303):
        told.failed.append(f"{method} {path}: {reply.status}")
    return reply


def _said(store: Store, told: Told, n_published: int) -> int:
    with store.reading() as connection:
        broken = verify(connection)
        kept = {(row[0], row[1]) for row in connection.execute("SELECT item_id, person_id FROM judgement").fetchall()}
        twice = [item for item, _ in kept if len(fetch_slots(connection, item)) > 1]
        doubled = len(kept) - len({item for item, _ in kept})
    lost = told.locked - kept
    p95 = statistics.quantiles(told.ms, n=20)[-1]
    print(f"{len(told.ms)} pages, {len(told.locked)} judgements, {n_published} items published meanwhile")
    print(f"refused {len(told.failed)} {told.failed[:3]}, lost {len(lost)}, in two hands {len(twice) + doubled}, "
          f"chain broken {len(broken)}")  # fmt: skip
    print(f"p50 {statistics.median(told.ms):.0f} ms, p95 of a page {p95:.0f} ms (target {TARGET_MS})")
    return 1 if told.failed or lost or twice or doubled or broken or p95 >= TARGET_MS else 0


if __name__ == "__main__":
    sys.exit(main())
