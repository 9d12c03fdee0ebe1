"""Keys: read from the environment or a file of one's own, and left in nothing that a run leaves behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputError
from judges.client import CallError, Completion, ModelRequest, Turn
from judges.secrets import MASK, DiscreetTransport, Secrets, read_secrets, secret_named, without
from tests.batch_endpoint import BatchEndpoint
from tests.batched import FAST, behind
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, served
from tests.flow import KEY, LIGHTS, clinic, facts, invoke, prepare, schema_of, start

Serve = Callable[[Say], Endpoint]
OTHER = "sk-other-Vx27qLm90-of-the-file"
REQUEST = ModelRequest("m", (Turn("user", ("x",)),), {})


def secrets_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "keys"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_a_key_comes_from_the_environment_first_and_then_from_the_file(tmp_path: Path) -> None:
    path = secrets_file(tmp_path, '# ours\nexport ONE=first\nTWO="second"\n\n')
    environ = {"CAVEAT_SECRETS": str(path), "ONE": "set"}
    assert ("set", "second", "") == tuple(secret_named(name, environ) for name in ("ONE", "TWO", "THREE"))
    assert "" == secret_named("ONE", {})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o622])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(InputError, match="can be read by others; take their rights away: chmod 600"):
        read_secrets(secrets_file(tmp_path, f"ONE={OTHER}\n", mode))


@pytest.mark.parametrize("text", [OTHER, f"{OTHER}\nONE=x", f"ONE={OTHER}\n{OTHER}"])
def test_a_broken_file_is_named_by_line_and_nothing_of_it_is_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"keys, line \d, key CAVEAT_SECRETS: expected NAME=value") as refused:
        read_secrets(secrets_file(tmp_path, text))
    assert OTHER not in str(refused.value)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere, key CAVEAT_SECRETS: cannot be read"):
        secret_named("ONE", {"CAVEAT_SECRETS": str(tmp_path / "nowhere")})


@given(st.lists(st.sampled_from([b"a", b"key-", b"key-b7", b"Qz91", b"\n", b'"'])), st.integers(1, 30))
def test_a_key_across_two_pieces_of_a_body_is_hidden_and_nothing_else_is_lost(noise: list[bytes], size: int) -> None:
    body = b"".join(noise) + KEY.encode() + b"".join(noise)

    async def pieces() -> AsyncIterator[bytes]:
        for start_ in range(0, len(body), size):
            yield body[start_ : start_ + size]

    async def joined() -> bytes:
        return b"".join([piece async for piece in without(KEY, pieces())])

    assert body.replace(KEY.encode(), MASK.encode()) == asyncio.run(joined())


class Echo:
    """An endpoint that gives keys back wherever it can."""

    def __init__(self, *, fails: bool) -> None:
        self._fails = fails

    async def send(self, request: ModelRequest) -> Completion:
        if self._fails:
            raise CallError(f"{request.model}: bad key {KEY}", status=401)
        return Completion(f"Your key is {KEY}.", model=f"m-{KEY}", provider_fingerprint=KEY)

    async def close(self) -> None:
        """Nothing to let go of."""


def test_a_completion_and_a_fault_come_without_the_key() -> None:
    said = asyncio.run(DiscreetTransport(Echo(fails=False), Secrets([KEY])).send(REQUEST))
    assert (f"Your key is {MASK}.", f"m-{MASK}", MASK) == (said.text, said.model, said.provider_fingerprint)
    with pytest.raises(CallError, match=r"m: bad key \[key\]") as raised:
        asyncio.run(DiscreetTransport(Echo(fails=True), Secrets([KEY])).send(REQUEST))
    assert 401 == raised.value.status


def echoing(body: Body) -> Answer:
    """A candidate that repeats keys, and a judge whose endpoint fails now and then and quotes keys in its errors."""
    text = orjson.dumps(body).decode()
    if schema_of(body) is None:
        return Answer(f"Rest and drink. The key is {KEY} and {OTHER}. It is nothing to worry about.")
    if "The light is red." in text:
        said = {"error": {"message": f"Incorrect API key provided: {KEY}, or {OTHER}", "code": f"bad_{KEY}"}}
        return Answer(status=400, raw=orjson.dumps(said))
    if "The light is amber." in text:
        return Answer(f"No JSON, but {KEY} and {OTHER}")
    return clinic(body)


AFTERWARDS = (
    ("doctor", "config/c.yaml"), ("run", "config/c.yaml", "--dry-run"), ("run", "config/c.yaml", "--json"),
    ("queue", "--json"), ("report", "c"), ("verify", "--json"), ("cards", "--json"),
    ("requests", "export", "config/c.yaml", "--out", "out"),
)  # fmt: skip


def left_behind(root: Path) -> list[str]:
    """Every file that holds a key, other than the file of keys."""
    found = [one for one in root.rglob("*") if one.is_file() and one.name != "keys"]
    assert {"journal.jsonl", "caveat.duckdb", "calls.sqlite", "c.html"} <= {one.name for one in found}
    return [str(one) for one in found if any(key.encode() in one.read_bytes() for key in (KEY, OTHER))]


@pytest.mark.parametrize("transport", ["sdk", "direct"])
def test_nothing_that_a_run_leaves_behind_holds_a_key(workspace: Workspace, serve: Serve, transport: str) -> None:
    here = serve(echoing)
    prepare(workspace, *LIGHTS, provider="openai", model="m", base_url=here.openai_url, transport=transport)
    path = workspace.root / "config/c.yaml"
    text = path.read_text(encoding="utf-8")
    judge = text.index("judges:")
    path.write_text(text[:judge] + text[judge:].replace("CAVEAT_TEST_KEY", "CAVEAT_OTHER_KEY"), encoding="utf-8")
    env = {"CAVEAT_TEST_KEY": KEY, "CAVEAT_SECRETS": str(secrets_file(workspace.root, f"CAVEAT_OTHER_KEY={OTHER}\n"))}
    said = list(start(workspace, "run", "config/c.yaml", **env).communicate(timeout=120))
    for arguments in AFTERWARDS:
        ended = invoke(workspace, *arguments, env=env)
        said += [ended.stdout, ended.stderr]
    assert {f"Bearer {KEY}", f"Bearer {OTHER}"} == {headers["Authorization"] for headers in here.headers}
    assert [] == [text for text in said if KEY in text or OTHER in text]
    assert [] == left_behind(workspace.root)
    assert MASK in (workspace.root / "data/runs/c/journal.jsonl").read_text(encoding="utf-8")


def test_nothing_that_a_run_by_batch_leaves_behind_holds_a_key(workspace: Workspace) -> None:
    with served(BatchEndpoint(echoing)) as here:
        behind(workspace, here)
        invoke(workspace, "run", "config/c.yaml", *FAST, env={"CAVEAT_TEST_KEY": KEY})
    holding = [one for one in workspace.root.rglob("*") if one.is_file() and KEY.encode() in one.read_bytes()]
    assert [] == holding
    assert MASK in (workspace.root / "data/runs/c/journal.jsonl").read_text(encoding="utf-8")


def test_a_run_finds_its_keys_in_the_file(workspace: Workspace, serve: Serve) -> None:
    here = serve(clinic)
    prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    path = secrets_file(workspace.root, f"CAVEAT_TEST_KEY={KEY}\n")
    assert facts(workspace, "run", "config/c.yaml", env={"CAVEAT_SECRETS": str(path)})["complete"]
    assert {f"Bearer {KEY}"} == {headers["Authorization"] for headers in here.headers}
