"""Promise 6: no text of a scenario or response leaves for a provider unless the identifier gate has passed it.

Each place and each road has its own test in `tests/test_identifiers.py`; here anything stands anywhere.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InputError
from tests.build import criterion_json, rubric_json, scenario_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, endpoint, prompt_text
from tests.flow import REPLY, clinic, invoke, prepare, schema_of
from tests.fuzz.mutation import UNHURRIED
from tests.identified import EMAIL, NHS, PHONE

Plant = Callable[[Workspace, str], object]


def _in_a_message(workspace: Workspace, text: str) -> None:
    said = [{"role": "user", "content": f"The light is green. {text}"}]
    workspace.jsonl("data/scenarios/all.jsonl", [scenario_json("green", messages=said)])


def _in_the_facts(workspace: Workspace, text: str) -> None:
    said = [{"role": "user", "content": "The light is green."}]
    workspace.jsonl(
        "data/scenarios/all.jsonl", [scenario_json("green", messages=said, facts={"key_facts": [text or "none"]})]
    )


def _in_a_rubric(workspace: Workspace, text: str) -> None:
    workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json(question=f"Is it unsafe? {text}")))


def _in_a_response(_: Workspace, __: str) -> None:
    """The candidate says it: see below."""


PLACES: tuple[Plant, ...] = (_in_a_message, _in_the_facts, _in_a_rubric, _in_a_response)
WORDS = st.text(st.sampled_from("abc éßж ,.\n-()"), max_size=20)


@given(before=WORDS, held=st.sampled_from([NHS, PHONE, EMAIL]), after=WORDS, plant=st.sampled_from(PLACES))
@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=UNHURRIED)
def test_promise_6_no_text_leaves_for_a_provider_unless_the_identifier_gate_has_passed_it(
    before: str, held: str, after: str, plant: Plant
) -> None:
    text = f"{before} {held} {after}"
    sent: list[str] = []

    def say(body: Body) -> Answer:
        sent.append(prompt_text(body))
        return Answer(text if plant is _in_a_response else REPLY) if schema_of(body) is None else clinic(body)

    with TemporaryDirectory() as folder, endpoint(say) as here:
        workspace = Workspace(Path(folder))
        env = prepare(workspace, "green", provider="openai", model="m", base_url=here.openai_url, transport="direct")
        plant(workspace, "")
        invoke(workspace, "run", "config/c.yaml", "--run-id", "without", env=env)
        n_without = len(sent)
        plant(workspace, text)
        with suppress(InputError):
            invoke(workspace, "run", "config/c.yaml", "--run-id", "with", "--no-cache", env=env)
    assert n_without, "nothing is ever sent, so nothing is shown"
    assert [] == [one for one in sent if held in one]
