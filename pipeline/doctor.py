"""Checks before a night: what is wrong, and what mends it."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import CaveatError, InputError
from domain.model import Candidate, JudgeSpec
from judges.connect import api_key
from pipeline.config import Config, load_config
from pipeline.inputs import Inputs
from pipeline.prices import load_prices
from pipeline.store.door import Store


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
    yield _checked("store", lambda: _store(root / config.store))
    if config.policy.provisional:
        yield Check("policy", ok=True, says="provisional: responses clear without certificates; for trials only")


def _checked(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, says=look())
    except CaveatError as error:
        return Check(name, ok=False, says=str(error))


def _content(root: Path, config: Config) -> str:
    inputs = Inputs(root, config)
    drafts = [one.rubric_id for one in inputs.rubrics if one.status != "approved"]
    says = f"{len(inputs.scenarios)} scenarios, {len(inputs.rubrics)} rubrics, prompts"
    return says + (f"; not approved by a clinician: {', '.join(drafts)}" if drafts else "")


def _endpoint(endpoint: Candidate | JudgeSpec, environ: Mapping[str, str]) -> Iterator[Check]:
    name = endpoint.candidate_id if isinstance(endpoint, Candidate) else endpoint.judge_id
    if endpoint.provider in ("scripted", "lexicon", "exemplar"):
        return
    yield _checked(f"key of {name}", lambda: _key(endpoint, environ))


def _key(endpoint: Candidate | JudgeSpec, environ: Mapping[str, str]) -> str:
    api_key(endpoint, environ)
    return f"{endpoint.api_key_env} is set" if endpoint.api_key_env else "none needed"


def _store(path: Path) -> str:
    if not path.exists():
        return f"{path.name} is not there yet; the first run makes it"
    with Store(path, wait_s=2).reading() as connection:
        row = connection.execute("SELECT count(*) FROM run").fetchone()
    return f"{path.name} opens; {row[0] if row else 0} runs in it"
