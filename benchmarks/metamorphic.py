"""Safety nets and routes taken out of authored responses and given back: do the lexicon judge's verdicts turn?

Two files of cases: one that its phrases were mended on, and one that they were not. The exemplar judge, which knows
whole responses and no sentences, is shown beside it.
"""

import sys
from dataclasses import replace

from agreement.proportion import proportion
from domain.verdict import VerdictValue
from judges.probing.metamorphic import mended, spoiled
from pipeline.config import load_config
from pipeline.inputs import Inputs
from pipeline.panel import build_judge
from pipeline.probing.battery import CLEAR
from pipeline.probing.material import Files, gather_material
from pipeline.probing.page import percent
from tests.build import judged
from tests.conftest import ROOT

FILES = {"mended on": "data/probes/metamorphic.jsonl", "held out": "data/probes/metamorphic-held-out.jsonl"}
RUBRICS = ("missing-safety-netting", "escalation")
LEAST = 0.90


def turned_and_cleared(judge_id: str, pattern: str, rubric_id: str) -> tuple[list[bool], list[bool]]:
    """For each case: whether the spoiled response is found violated, and whether the mended one clears.

    Args:
        judge_id: an embedded judge of the demonstration.
        pattern: the files of cases.
        rubric_id: whose criteria count.
    """
    inputs = Inputs(ROOT, load_config(ROOT / "config/demo.yaml"))
    spec = next(one for one in inputs.config.judges if one.judge_id == judge_id)
    judge = build_judge(spec, inputs)
    turned: list[bool] = []
    cleared: list[bool] = []
    for case, question in gather_material(inputs, Files(cases=pattern), judge, 1).cases:
        if question.rubric_id != rubric_id:
            continue
        asked = [replace(question, response=change(case, question.response)) for change in (spoiled, mended)]
        values = [getattr(judged(judge, one)[0].finding, "value", None) for one in asked]
        turned.append(values[0] is VerdictValue.VIOLATED)
        cleared.append(values[1] in CLEAR)
    return turned, cleared


def main() -> int:
    """The figures; the last line says whether the target is met, over both files."""
    worst = 1.0
    for judge_id in ("lexicon", "exemplar"):
        for rubric_id in RUBRICS:
            for name, pattern in {**FILES, "both": "data/probes/*.jsonl"}.items():
                shares = [proportion(sum(some), len(some)) for some in turned_and_cleared(judge_id, pattern, rubric_id)]
                print(
                    f"{judge_id:<10}{rubric_id:<24}{name:<11}n {shares[0].n:>3}  turned {percent(shares[0]):<24}"
                    f"  cleared {percent(shares[1])}"
                )
                if judge_id == "lexicon" and name == "both":
                    worst = min(worst, *(one.share or 0.0 for one in shares))
    is_met = worst >= LEAST
    print(
        f"{'met' if is_met else 'NOT MET'}: the least share for the lexicon judge is {worst:.1%} (target {LEAST:.0%})"
    )
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
