"""`caveat serve`: a server of its own, beside a run, killed at any moment."""

import os
import random
import re
import signal
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import caveat
from pipeline.store.door import DuckDBStore
from pipeline.store.drafts import fetch_draft
from pipeline.store.events import verify
from pipeline.store.slots import fetch_slots
from review.rules.allocation import BLOCK
from tests.conftest import Workspace
from tests.flow import invoke, start
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.ward import SECOND, TRAINER, Sent, fill

ITEM = Sent("s1").item_id
KILLS = 50


@contextmanager
def serving(workspace: Workspace, *how: str) -> Generator[tuple[str, subprocess.Popen[str]]]:
    """The command as a process, the demonstration unless told; its address, and itself."""
    with start(workspace, "serve", *(how or ("--demo",)), "--port", "0") as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert found, said + process.stderr.read()
            yield found[0], process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def test_the_pages_are_there_while_a_run_writes_to_the_same_store(workspace: Workspace) -> None:
    config = str(workspace.config())
    invoke(workspace, "run", config)
    with serving(workspace) as (url, _):
        client = Client(url)
        client.sign_in(TRAINER)
        assert 0 == invoke(workspace, "run", config, "--run-id", "second").exit_code
        assert 200 == client.get("/queue").status
        assert 303 == client.post("/queue/next").status


def test_killed_while_somebody_saves_it_has_every_save_that_it_acknowledged(workspace: Workspace) -> None:
    path = workspace.root / workspace.store
    fill(DuckDBStore(path), workspace.root, [Sent("s1")])
    seeded = random.Random(20261128)  # noqa: S311 (moments, not secrets)
    acknowledged = "0-0"
    for number in range(KILLS):
        with serving(workspace) as (url, process):
            client = Client(url)
            client.sign_in(TRAINER)
            client.post(f"/items/{ITEM}/take")
            timer = threading.Timer(seeded.uniform(0.02, 0.4), os.kill, (process.pid, signal.SIGKILL))
            timer.start()
            try:
                for n in range(1000):
                    said = f"{number}-{n}"
                    reply = client.post(f"/items/{ITEM}/draft", part="X-1", field="risk", value=said)
                    acknowledged = said if reply.status == 204 else acknowledged
            except OSError:
                pass
            timer.join()
        with DuckDBStore(path).reading() as connection:
            kept = fetch_draft(connection, ITEM, TRAINER.person_id)["X-1"]["risk"][0]
            assert [] == verify(connection)
        assert _at_least(kept, acknowledged), f"kept {kept}, acknowledged {acknowledged}"


def _at_least(kept: str, acknowledged: str) -> bool:
    """What was under way at a kill may be there without its answer, and on a busy machine a whole round has none; what
    is older than the last answer would be a loss."""
    return _place(kept) >= _place(acknowledged)


def _place(said: str) -> tuple[int, ...]:
    return tuple(map(int, said.split("-")))


def test_many_at_once_on_one_queue_never_hold_the_same_item(ward: Ward) -> None:
    sent = [Sent(f"s{n}") for n in range(BLOCK)]
    one = ward(*sent)
    taken: dict[str, list[str]] = {}

    def work(name: str, who: object) -> None:
        client = Client(one.url)
        client.sign_in(who)  # type: ignore[arg-type]
        taken[name] = [client.post(f"/items/{each.item_id}/take").to for each in sent]

    readers = [threading.Thread(target=work, args=(str(n), (TRAINER, SECOND)[n % 2])) for n in range(6)]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    with one.store.reading() as connection:
        assert [] == verify(connection)
        holders = {each.item_id: [slot.holder_id for slot in fetch_slots(connection, each.item_id)] for each in sent}
        claims = connection.execute("SELECT count(*) FROM event WHERE kind = 'claimed'").fetchone()
    assert all(1 == len(each) for each in holders.values())
    assert (BLOCK,) == claims
    for name, urls in taken.items():
        mine = (TRAINER, SECOND)[int(name) % 2].person_id
        assert {f"/items/{item_id}" for item_id, held in holders.items() if held == [mine]} == set(filter(None, urls))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--demo", "--host", "0.0.0.0"], "expected 127.0.0.1, got 0.0.0.0"),  # noqa: S104 (refused)
        (["--demo", "--host", "example.org"], "listens on loopback alone"),
        ([], "no way to sign in is set up; use --demo"),
        (["--site", "elsewhere.yaml"], "or write"),
    ],
)
def test_it_does_not_start_where_anybody_could_come_in(tmp_path: Path, options: list[str], said: str) -> None:
    done = CliRunner().invoke(caveat, ["-C", str(tmp_path), "serve", *options])
    assert said in str(done.exception)
    assert [] == list(tmp_path.iterdir())


HEADER = {"header": {"name": "X-User"}}
HTTPS = "https://caveat.clinic.example"


@pytest.mark.parametrize(
    ("site", "options", "said"),
    [
        ({"url": HTTPS}, [], "no way to sign in is set up"),
        ({"url": HTTPS, "sign_in": HEADER}, ["--host", "0.0.0.0"], "site.yaml, key proxies: sign_in.header is on"),  # noqa: S104
        ({"url": "http://localhost:8000", "sign_in": HEADER, "proxies": ["10.0.0.5"]},
         ["--host", "10.0.0.7"], "expected an https address, as it is to listen beyond this computer"),
        ({"url": HTTPS, "sign_in": {"oidc": {"issuer": HTTPS, "client_id": "c", "client_secret": {"env": "NOT_SET"}}}},
         [], "the environment variable NOT_SET"),
    ],
)  # fmt: skip
def test_a_site_that_would_let_anybody_in_or_nobody_is_not_served(
    workspace: Workspace, site: dict[str, object], options: list[str], said: str
) -> None:
    workspace.yaml("config/site.yaml", {"schema": "site/1", **site})
    done = CliRunner().invoke(caveat, ["-C", str(workspace.root), "serve", *options])
    assert said in str(done.exception)
    assert not (workspace.root / "data/caveat.duckdb").exists()


def test_a_site_is_served_with_its_ways_and_says_which_they_are(workspace: Workspace) -> None:
    mail = {"host": "127.0.0.1", "port": 9, "security": "none", "sender": "caveat@clinic.example"}
    ways = {**HEADER, "email_code": True, "oidc": {"issuer": "https://login.clinic.example", "client_id": "caveat"}}
    site = {"schema": "site/1", "url": "http://127.0.0.1:8000", "sign_in": ways, "mail": mail}
    workspace.yaml("config/site.yaml", site)
    with serving(workspace, "--site", "config/site.yaml") as (url, process):
        assert process.stderr is not None
        said = [process.stderr.readline() for _ in range(4)]
        assert "OpenID Connect (https://login.clinic.example, comes back to http://127.0.0.1:8000/sign-in/" in said[0]
        assert "the header X-User (email), believed from 127.0.0.0/8" in said[1]
        assert "a code by e-mail (through 127.0.0.1)" in said[2]
        assert "nobody is registered yet" in said[3]
        text = Client(url).get("/sign-in").text
        assert "Send me a code" in text
        assert "Sign in with your organisation" in text
        assert "demonstration" not in text
        assert 404 == Client(url).post("/sign-in/demo", person_id=TRAINER.person_id).status
