"""Two hundred nights of small batches on one store, a day apart: does anything grow but the data, is anything lost?

Each night is a `caveat run` of its own against an endpoint that says everything anew, with a gate every fourth night, a
run on frozen anchors every eighth, a comparison every tenth and a backup every twentieth. By day ten clinicians, each
every other day, read all that waits at one `caveat serve` that runs from first to last: they sign in through a proxy,
take, judge, lock, see the judges, keep or change, and now and then ask for a second reader.

Compared are the last 20 nights with the first 20 after a warm-up, with the same work every night. Of CPU the calmest
quarter of each counts, since whatever else the machine does can only add to it; of memory the median.
Targets: CPU of a run, a gate and a page 1.25 times at most, all that the grown store costs included; memory 1.2 times;
the store's file grows no faster in the second half; every acknowledged judgement is kept; `caveat verify` is clean.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.soak_growth import growths
from benchmarks.soak_night import Night, Soak
from benchmarks.soak_reader import Reader
from domain.person import Person, Profession, Role
from pipeline.store.connection import Store
from pipeline.store.events import PEOPLE
from pipeline.store.people import record_people
from pipeline.store.qualifications import Decision, record_decision
from review.rules.lease import stamp
from tests.conftest import ROOT, Workspace
from tests.endpoint import endpoint
from tests.month import Month

_N_READERS, _N_CASES, _FEWEST_NIGHTS = 10, 6, 20
_SITE = {"schema": "site/1", "url": "http://127.0.0.1", "proxies": ["127.0.0.1"],
         "sign_in": {"header": {"name": "X-Person", "holds": "subject"}}}  # fmt: skip
_KEPT = "SELECT item_id, person_id FROM judgement WHERE version_number = ?"


def main() -> int:
    """Exit code 1 beyond a target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=200)
    given = parser.parse_args()
    if given.nights < _FEWEST_NIGHTS:
        parser.error(f"expected at least {_FEWEST_NIGHTS} nights")
    with tempfile.TemporaryDirectory() as folder, _begun(Path(folder)) as soak:
        nights = [_told(soak, soak.pass_a_night()) for _ in range(given.nights)]
        soak.caveat("verify")
        return _said(soak, nights)


@contextmanager
def _begun(root: Path) -> Generator[Soak]:
    """A workspace with its people, its endpoint and its server."""
    month = Month(Workspace(root), n_cases=_N_CASES)
    month.workspace.yaml("config/site.yaml", _SITE)
    names = [f"reader-{number}" for number in range(_N_READERS)]
    _admit(month.workspace.open_store(), names)
    days_file = month.workspace.write("days", "0")
    with endpoint(month.say) as here:
        month.lay_out(here)
        command = [sys.executable, "-m", "benchmarks.later", str(days_file), "-C", str(root), "serve", "--port", "0"]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr is not None
            url = server.stderr.readline().split()[0]
            yield Soak(month, [Reader(url, who=one) for one in names], server, days_file)
            server.terminate()


def _admit(store: Store, names: list[str]) -> None:
    at = stamp(datetime.now(UTC))
    with store.writing(PEOPLE) as connection:
        people = [Person(one, one, frozenset({Role.TRAINER}), Profession.NURSE, subject=one) for one in names]
        record_people(connection, people, at, "benchmark")
        for one in names:
            record_decision(connection, one, Decision(True, "benchmark", "benchmark", at), [])  # noqa: FBT003


def _told(soak: Soak, one: Night) -> Night:
    if soak.month.night % 10 == 0:
        print(
            f"night {soak.month.night:3}: run {one.run_cpu_s:.2f} s, page {one.page_cpu_ms:.0f} ms of CPU; server "
            f"{one.server_mib:.0f} MiB, store {one.store_mib:.1f} MiB; {one.n_read} read, {one.n_pages} pages, "
            f"{one.wall_s:.1f} s", flush=True,
        )  # fmt: skip
    return one


def _said(soak: Soak, nights: list[Night]) -> int:
    wrong = [*soak.failed, *(said for one in soak.readers for said in one.failed), *_lost(soak)]
    for problem in wrong[:20]:
        print(f"wrong: {problem}")
    found = growths(nights)
    for one in found:
        print(one)
    n_read, n_pages = sum(one.n_read for one in nights), sum(one.n_pages for one in nights)
    beyond = sum(not one.is_within for one in found)
    print(f"{len(nights)} nights, {n_read} readings, {n_pages} pages in {sum(one.wall_s for one in nights):.0f} s: "
          f"{len(wrong)} wrong, {beyond} of {len(found)} figures beyond their target (target 0)")  # fmt: skip
    return 1 if wrong or beyond else 0


def _lost(soak: Soak) -> Iterator[str]:
    """What was acknowledged and is not there."""
    with soak.month.workspace.open_store().reading() as connection:
        kept = [set(connection.execute(_KEPT, [version]).fetchall()) for version in (1, 2)]
    for reader in soak.readers:
        yield from (f"lost: judgement {one}" for one in reader.locked - kept[0])
        yield from (f"lost: change {one}" for one in reader.changed - kept[1])


if __name__ == "__main__":
    sys.exit(main())
