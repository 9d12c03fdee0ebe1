"""The embedded judges against labels: how poor a baseline they are, said in numbers.

On the authored labels (leave one scenario out for the exemplar judge), and on K-QA's three physicians where the data
lies beside the repository. There is no target: the figures are what they are.
"""

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

from domain.record import text_sha256
from domain.scenario import Label, Message, Response, Scenario, ScenarioCriterion
from domain.verdict import VerdictValue
from pipeline.files.jsonl import write_jsonl
from pipeline.workspace import init_workspace
from tests.conftest import ROOT, SHARED, Workspace

_KQA = SHARED / "data/kqa-physician-nli/physician_claims.csv"
_POINTS = {"Must_have": 7.0, "Nice_to_have": 3.0}


def main() -> int:
    """Both comparisons, through the command line as anybody would."""
    with tempfile.TemporaryDirectory() as folder:
        print("== Authored labels (no clinician has reviewed them), by rubric criterion\n", flush=True)
        demo = Path(folder) / "demo"
        init_workspace(demo)
        _caveat(demo, "run", "config/demo.yaml")
        _caveat(demo, "compare", "demo", "--labels", "data/labels/*.jsonl", show=True)
        if not _KQA.exists():
            print("\nK-QA skipped: the data is not beside the repository")
            return 0
        print("\n== K-QA: 25 questions, physicians' claims as criteria, majority of three physicians\n", flush=True)
        workspace = Workspace(Path(folder) / "kqa")
        config = _kqa(workspace)
        _caveat(workspace.root, "run", str(config))
        _caveat(workspace.root, "compare", "c", "--labels", "data/labels/kqa.jsonl", show=True)
    return 0


def _caveat(workspace: Path, *arguments: str, show: bool = False) -> None:
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "-C", str(workspace), *arguments]
    subprocess.run(command, check=True, cwd=ROOT, stdout=None if show else subprocess.DEVNULL)


def _kqa(workspace: Workspace) -> Path:
    """The claims as scenarios' own criteria: entailed by the answer means satisfied."""
    scenarios: dict[str, Scenario] = {}
    responses: dict[str, Response] = {}
    labels: list[Label] = []
    with _KQA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        scenario_id = f"kqa-{text_sha256(row['Question'])[:10]}"
        before = scenarios.get(scenario_id)
        number = len(before.criteria) + 1 if before else 1
        claim = ScenarioCriterion(
            criterion_id=f"c{number:02}", criterion=row["claim"], points=_POINTS[row["category_x"]]
        )
        scenarios[scenario_id] = Scenario(
            scenario_id=scenario_id,
            messages=(Message(role="user", content=row["Question"]),),
            criteria=(*(before.criteria if before else ()), claim),
        )
        responses[scenario_id] = Response(scenario_id=scenario_id, candidate_id="system", response=row["answer"])
        for reviewer in ("0", "1", "2"):
            entailed = row[f"label_{reviewer}"] == "Entailment"
            verdict = VerdictValue.SATISFIED if entailed else VerdictValue.VIOLATED
            labels.append(
                Label(
                    scenario_id=scenario_id,
                    candidate_id="system",
                    criterion_id=claim.criterion_id,
                    reviewer_id=f"physician-{reviewer}",
                    verdict=verdict,
                )
            )
    write_jsonl(workspace.root / "data/scenarios/all.jsonl", scenarios.values())
    write_jsonl(workspace.root / "data/labels/kqa.jsonl", labels)
    config = workspace.config(candidates=None, responses=["data/responses/kqa.jsonl"], rubrics=None)
    write_jsonl(workspace.root / "data/responses/kqa.jsonl", responses.values())
    return config


if __name__ == "__main__":
    sys.exit(main())
