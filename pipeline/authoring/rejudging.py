"""What a rubric's new version leaves to be judged anew, as a run: the same responses, that rubric alone, all read by
clinicians."""

from dataclasses import dataclass
from pathlib import Path

from domain.errors import InputError
from domain.scenario import Response
from pipeline.authoring.rubric_files import read_rubric_files
from pipeline.authoring.scenario_files import read_scenarios
from pipeline.config import Config
from pipeline.files.jsonl import write_jsonl
from pipeline.files.saving import save_yaml
from pipeline.store.connection import Store
from pipeline.store.rejudgings import RejudgedItem, Rejudging, fetch_rejudged_items, fetch_rejudging

FOLDER = Path("data/rejudging")


@dataclass(frozen=True, slots=True)
class Exported:
    """A list, made ready to be run."""

    config: Path
    n_responses: int
    n_other_scenario: int
    """Left out, because their scenario has another text by now: the response answers the old one."""


def export_rejudging(root: Path, store: Store, seq: int, config: Config) -> Exported:
    """Write the responses of a list that are still to be judged or reviewed anew, and the configuration of their run.

    Args:
        root: the workspace.
        store: holds the list.
        seq: the list's number.
        config: whose judges, prompts, limits and store the run uses.

    Raises:
        InputError: there is no such list, nothing is left on it, or its rubric's file does not hold the new version.
    """
    with store.reading() as connection:
        found, items = fetch_rejudging(connection, seq), fetch_rejudged_items(connection, seq)
    if found is None:
        raise InputError(f"there is no list {seq} of what is to be judged anew; caveat rejudge list shows them")
    rubric = _rubric_file(root, found)
    left = {(one.scenario_id, one.candidate_id, one.repeat): one for one in items if not one.is_done}
    if not left:
        raise InputError(f"all of the list {seq} was judged anew already")
    texts = {name: line.scenario.sha256 for name, line in read_scenarios(root).items()}
    same = [one for one in left.values() if texts.get(one.scenario_id) == one.scenario_sha256]
    if not same:
        raise InputError(
            f"nothing on the list {seq} can be judged anew: all {len(left)} scenarios have other texts now"
        )
    folder = root / FOLDER / str(seq)
    responses = folder / "responses.jsonl"
    write_jsonl(responses, map(_response, same))
    derived = _config(config, seq, str(responses.relative_to(root)), str(rubric.relative_to(root)))
    save_yaml(derived, folder / "config.yaml", f"Judges anew what stands on the list {seq}; made by caveat rejudge.")
    return Exported((folder / "config.yaml").relative_to(root), len(same), len(left) - len(same))


def _rubric_file(root: Path, one: Rejudging) -> Path:
    there = read_rubric_files(root).by_id.get(one.rubric_id)
    if there is None or _number(there.rubric.version) < _number(one.version):
        raise InputError(
            f"the rubric {one.rubric_id!r} is not in its file as version {one.version}; expected it under rubrics/ "
            "(the workspace's page of rubrics writes it)"
        )
    return there.path


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _response(one: RejudgedItem) -> Response:
    return Response(
        scenario_id=one.scenario_id,
        candidate_id=one.candidate_id,
        response=one.body,
        repeat=one.repeat,
        model=one.model,
    )


def _config(config: Config, seq: int, responses: str, rubric: str) -> Config:
    """Everything goes to people: a verdict by a new text is not trusted because one by the old text was."""
    changes = {
        "name": f"rejudging-{seq}", "run_id": f"rejudging-{seq}", "candidates": (), "responses": (responses,),
        "rubrics": (rubric,), "scenario_criteria": False,
        "policy": config.policy.model_copy(update={"audit_rate": 1.0, "minutes": None}),
    }  # fmt: skip
    return config.model_copy(update=changes)
