"""Checks before a night: what is wrong, and what mends it."""

import os
import socket
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from domain.errors import CaveatError, InputError
from domain.model import Candidate, JudgeSpec
from judges.connect import api_key
from pipeline.admission import load_inputs
from pipeline.cache.replies import NotOursError, ReplyFile
from pipeline.cache.reuse import may_reuse
from pipeline.config import Config, load_config
from pipeline.few_shot import load_pool
from pipeline.panel import load_exemplars, script_hashes
from pipeline.prices import load_prices
from pipeline.store.address import open_store

_CONNECT_S = 3.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    ok: bool
    says: str


def examine(root: Path, config_path: Path, environ: Mapping[str, str] = os.environ) -> Iterator[Check]:
    """Look at everything that a run of this configuration will need. Sends nothing, changes nothing."""
    try:
        config = load_config(config_path)
    except InputError as error:
        yield Check("configuration", ok=False, says=str(error))
        return
    yield Check("configuration", ok=True, says=f"{config_path.name} reads")
    yield _checked("content", lambda: _content(root, config))
    for endpoint in (*config.candidates, *config.judges):
        yield from _endpoint(endpoint, environ)
    yield _checked("prices", lambda: f"as of {load_prices(root / config.prices).as_of}")
    yield _checked("store", lambda: _store(config.store, root))
    if any(may_reuse(config.cache, one) for one in (*config.candidates, *config.judges)):
        yield _checked("cache", lambda: _cache(root / config.cache.path))
    if config.policy.provisional:
        yield Check("policy", ok=True, says="provisional: responses clear without certificates; for trials only")


def _checked(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, says=look())
    except CaveatError as error:
        return Check(name, ok=False, says=str(error))


def _content(root: Path, config: Config) -> str:
    inputs = load_inputs(root, config)
    script_hashes(inputs)
    for spec in config.judges:
        load_exemplars(spec, inputs)
        load_pool(spec, inputs)
    drafts = [one.rubric_id for one in inputs.rubrics if one.status != "approved"]
    says = f"{len(inputs.scenarios)} scenarios, {len(inputs.rubrics)} rubrics, prompts"
    return says + (f"; not approved by a clinician: {', '.join(drafts)}" if drafts else "")


def _endpoint(endpoint: Candidate | JudgeSpec, environ: Mapping[str, str]) -> Iterator[Check]:
    name = endpoint.candidate_id if isinstance(endpoint, Candidate) else endpoint.judge_id
    if not endpoint.is_remote:
        return
    yield _checked(f"key of {name}", lambda: _key(endpoint, environ))
    if endpoint.base_url is not None:
        yield _checked(f"endpoint of {name}", lambda: _reachable(str(endpoint.base_url)))


def _key(endpoint: Candidate | JudgeSpec, environ: Mapping[str, str]) -> str:
    api_key(endpoint, environ)
    return f"{endpoint.api_key_env} is set" if endpoint.api_key_env else "none needed"


def _reachable(base_url: str) -> str:
    """Whether anything listens there; opens a connection and sends nothing."""
    url = urlsplit(base_url)
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        socket.create_connection((url.hostname, port), timeout=_CONNECT_S).close()
    except OSError as error:
        raise InputError(f"nothing answers at {url.hostname}:{port} ({error}); start the server there") from None
    return f"{url.hostname}:{port} answers"


def _store(address: str, root: Path) -> str:
    store = open_store(address, root, wait_s=2)
    store.check_rights()
    if not store.exists():
        return f"{store.address} is not there yet; the first run makes it"
    with store.reading() as connection:
        row = connection.execute("SELECT count(*) FROM run").fetchone()
    return f"{store.address} opens; {row[0] if row else 0} runs in it"


def _cache(path: Path) -> str:
    if not path.exists():
        return f"{path.name} is not there yet; a run that asks a model makes it"
    try:
        with closing(ReplyFile(path, read_only=True)) as replies:
            n_replies = replies.count()
    except (sqlite3.Error, NotOursError) as error:
        raise InputError(
            f"cannot be read ({error}); a run goes on without it, and makes every call", file=path
        ) from None
    return f"{path.name} holds {n_replies:,} replies of earlier runs in {path.stat().st_size / 1e6:,.1f} MB"
