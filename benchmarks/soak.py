"""Nights on end on one store: does anything grow but the data, is anything lost?"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.soak_night import Soak
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

N_READERS, N_CASES = 10, 6
_SITE = {"schema": "site/1", "url": "http://127.0.0.1", "proxies": ["127.0.0.1"],
         "sign_in": {"header": {"name": "X-Person", "holds": "subject"}}}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, begun(Path(folder)) as soak:
        for _ in range(given.nights):
            n = soak.pass_a_night()
            print(soak.month.night, n, [r.failed[:3] for r in soak.readers][:2], flush=True)
        print(soak.failed, [r.failed for r in soak.readers])
        soak.caveat("verify")
        import shutil

        shutil.copytree(folder, "/tmp/soak-last2", dirs_exist_ok=True)
    return 0


@contextmanager
def begun(root: Path) -> Generator[Soak]:
    """A workspace with its people, its endpoint and its server."""
    month = Month(Workspace(root), n_cases=N_CASES)
    month.workspace.yaml("config/site.yaml", _SITE)
    names = [f"reader-{number}" for number in range(N_READERS)]
    admit(month.workspace.open_store(), names)
    days_file = root / "days"
    days_file.write_text("0", encoding="ascii")
    with endpoint(month.say) as here:
        month.lay_out(here)
        command = [sys.executable, "-m", "benchmarks.later", str(days_file), "-C", str(root), "serve", "--port", "0"]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr is not None
            url = server.stderr.readline().split()[0]
            yield Soak(month, [Reader(url, who=one) for one in names], server, days_file)
            server.terminate()


def admit(store: Store, names: list[str]) -> None:
    at = stamp(datetime.now(UTC))
    with store.writing(PEOPLE) as connection:
        people = [Person(one, one, frozenset({Role.TRAINER}), Profession.NURSE, subject=one) for one in names]
        record_people(connection, people, at, "benchmark")
        for one in names:
            record_decision(connection, one, Decision(True, "benchmark", "benchmark", at), [])  # noqa: FBT003


if __name__ == "__main__":
    sys.exit(main())
