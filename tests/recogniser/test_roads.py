"""With Presidio on, a name without a title is stopped on every road on which the rules stop what they find."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.errors import InputError, RunMismatchError
from judges.pace import WHOLE
from pipeline.admission import load_inputs
from pipeline.cluster.parcel import bundle_of
from pipeline.cluster.worker import Worker
from pipeline.config import load_config
from pipeline.panel import build_judge
from pipeline.prices import load_prices
from pipeline.recogniser.load import load_recogniser
from tests.build import criterion_json, harmful_reply_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Endpoint, Say
from tests.flow import ENV, REPLY, clinic, dispositions, facts, invoke, prepare, schema_of
from tests.review.browser import Client
from tests.review.ward import TRAINER, Sent, admit, fill, served
from tests.spacy_model import NAME, build_model, needs_presidio, settings, switch_on

pytestmark = needs_presidio
Serve = Callable[[Say], Endpoint]
RUN = ("run", "config/c.yaml")
SAID = f"Tell {NAME} so."
STOPPED = "holds what looks like a person's name"


def scenarios(workspace: Workspace, **changes: Any) -> None:
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json("green", **changes)])


def said(content: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": content}]


PLANTED: dict[str, Callable[[Workspace], object]] = {
    "a message": lambda one: scenarios(one, messages=said(SAID)),
    "the reference answer": lambda one: scenarios(one, reference_answer=SAID),
    "a rubric's question": lambda one: one.yaml(
        "rubrics/r1.yaml", rubric_json(criterion_json(question=f"Does it tell {NAME}?"))
    ),
    "a prompt": lambda one: one.write("prompts/system.md", f"You read responses. {SAID}\n"),
}


@pytest.fixture
def on(workspace: Workspace) -> Workspace:
    switch_on(workspace)
    return workspace


def asked(workspace: Workspace, serve: Serve, say: Say = lambda _: Answer(REPLY)) -> Endpoint:
    here = serve(say)
    prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url)
    return here


@pytest.mark.parametrize("road", [RUN, (*RUN, "--dry-run"), ("requests", "export", "config/c.yaml", "--out", "out")])
@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED.keys())
def test_what_people_wrote_ends_the_command_before_anything_is_sent(
    on: Workspace, serve: Serve, plant: Callable[[Workspace], object], road: tuple[str, ...]
) -> None:
    here = asked(on, serve)
    plant(on)
    with pytest.raises(InputError, match=STOPPED) as refused:
        invoke(on, *road, env=ENV)
    assert (2, []) == (refused.value.exit_code, here.requests)
    assert NAME not in str(refused.value)


@pytest.mark.parametrize("kind", ["responses", "labels"])
def test_an_import_refuses_the_file_and_writes_nothing(on: Workspace, kind: str) -> None:
    of = {"scenario_id": "s1", "candidate_id": "a"}
    label = {"criterion_id": "X-1", "reviewer_id": "p", "verdict": "violated", "reason": SAID}
    path = on.jsonl("theirs.jsonl", [of | ({"response": SAID} if kind == "responses" else label)])
    before = sorted(on.root.rglob("*"))
    with pytest.raises(InputError, match=rf"theirs\.jsonl, line 1, key .*: {STOPPED}"):
        invoke(on, "import", kind, str(path))
    assert before == sorted(on.root.rglob("*"))


def test_a_table_to_compare_is_refused(on: Workspace) -> None:
    on.write("theirs.csv", f'q,c,judge,person\n"{SAID}",X,yes,no\n')
    columns = ("--scenario", "q", "--criterion", "c", "--judge", "judge", "--label", "person")
    table = ("compare-table", "theirs.csv", *columns, "--store", on.store)
    with pytest.raises(InputError, match=STOPPED):
        invoke(on, *table)


def test_a_response_goes_to_a_person_and_to_no_judge(on: Workspace, serve: Serve) -> None:
    here = asked(on, serve, lambda body: Answer(SAID) if schema_of(body) is None else Answer(REPLY))
    found = facts(on, *RUN, env=ENV)
    assert ({"identifiable": 1}, {"borderline": 1}) == (found["responses"], found["dispositions"])
    assert [] == [one for one in here.requests if schema_of(one) is not None]


@pytest.mark.parametrize(("reason", "n_asked"), [("Because.", 2), (SAID, 1)])
def test_a_judges_own_words_are_not_sent_back_to_it(on: Workspace, serve: Serve, reason: str, n_asked: int) -> None:
    """It quotes what is not there, so it is asked once more, with its reply before it."""
    odd = orjson.dumps(harmful_reply_json(evidence=["wait a week"], reason=reason)).decode()
    here = asked(on, serve, lambda body: clinic(body) if schema_of(body) is None else Answer(odd))
    assert {"quote_not_found": 1} == facts(on, *RUN, env=ENV)["judge_failures"]
    assert n_asked == len([one for one in here.requests if schema_of(one) is not None])
    assert NAME.encode() not in orjson.dumps(here.requests)
    assert {"green": "borderline"} == dispositions(on)


def test_what_names_nobody_runs_to_its_end_and_the_run_says_what_looked(on: Workspace, serve: Serve) -> None:
    asked(on, serve, clinic)
    assert {"cleared": 1} == facts(on, *RUN, env=ENV)["dispositions"]
    recogniser = load_recogniser(on.root)
    assert recogniser is not None
    pinned = load_inputs(on.root, load_config(on.root / "config/c.yaml")).hashes()
    assert recogniser.sha256 == pinned[f"recogniser {recogniser.said}"]
    build_model(on.root / "newer", version="1.3.0")
    on.yaml("config/identifiers.yaml", settings(model="newer"))
    with pytest.raises(RunMismatchError, match=r"en_ward_names 1\.2\.3, PERSON.*en_ward_names 1\.3\.0, PERSON"):
        invoke(on, *RUN, env=ENV)
    (on.root / "config/identifiers.yaml").unlink()
    with pytest.raises(RunMismatchError, match=r"en_ward_names 1\.2\.3, PERSON"):
        invoke(on, *RUN, env=ENV)
    invoke(on, *RUN, "--run-id", "d", env=ENV)
    [altered] = facts(on, "diff", "c", "d")["altered"]
    assert ("identifiers", f"{recogniser.said}, then rules alone") == (altered["what"], altered["how"])


def test_a_lead_allows_a_text_as_it_stands(on: Workspace, serve: Serve) -> None:
    here = asked(on, serve, clinic)
    scenarios(on, messages=said(f"The light is green. {SAID}"))
    allow = ("identifiers", "allow", "data/scenarios/all.jsonl", "--by", "R. Lead", "--reason", "nobody")
    assert "which holds what looks like a person's name" in invoke(on, *allow).stdout
    assert {"cleared": 1} == facts(on, *RUN, env=ENV)["dispositions"]
    assert {True} == {NAME in orjson.dumps(one).decode() for one in here.requests}
    scenarios(on, messages=said(f"The light is green. {SAID} Now."))
    with pytest.raises(InputError, match=STOPPED):
        invoke(on, *RUN, "--run-id", "d", env=ENV)


def test_check_lists_it_without_the_name(on: Workspace) -> None:
    on.write("note.md", f"First line.\n{SAID}\n")
    ended = invoke(on, "identifiers", "check", "note.md")
    assert (2, True, False) == (ended.exit_code, STOPPED in ended.stdout, NAME in ended.stdout)


def test_a_worker_with_another_model_does_not_begin(on: Workspace) -> None:
    on.config()
    inputs = load_inputs(on.root, load_config(on.root / "config/c.yaml"))
    judges = [build_judge(spec, inputs) for spec in inputs.config.judges]
    bundle = bundle_of(inputs, judges, load_prices(on.root / inputs.config.prices))
    assert "" == asyncio.run(Worker(bundle, WHOLE, ENV).ready())
    recogniser: Any = bundle.gate.recogniser
    bundle.gate.recogniser = replace(recogniser, sha256="0" * 64)
    assert "the gate's model must be the same on every node" in asyncio.run(Worker(bundle, WHOLE, ENV).ready())


def test_no_form_of_the_workspace_keeps_it(on: Workspace, tmp_path: Path) -> None:
    store = on.open_store()
    fill(store, tmp_path / "ward", [Sent("s1")])
    admit(store)
    form = f"/items/{Sent('s1').item_id}/criteria/1"
    with served(store, root=on.root, recogniser=load_recogniser(on.root)) as one:
        client = Client(one.url)
        client.sign_in(TRAINER)
        client.post(f"/items/{Sent('s1').item_id}/take")
        fields = {"value": "violated", "severity": "major", "missing": "yes", "back_to": "check"}
        reply = client.post(form, **fields, why=SAID)
        assert (422, True) == (reply.status, "what looks like a person&#39;s name (characters 6 to 14)" in reply.text)
        assert f"/items/{Sent('s1').item_id}/check" == client.post(form, **fields, why="Nobody said so.").to
    assert NAME.encode() not in store.path.read_bytes()  # type: ignore[attr-defined]


def test_it_can_be_asked_from_several_threads_at_once(on: Workspace) -> None:
    recogniser = load_recogniser(on.root)
    assert recogniser is not None
    texts = [f"Number {n}: {SAID}" for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(recogniser.find, texts))
    assert [text.find(NAME) for text in texts] == [one[0].start for one in found]
