"""Three real judges against physicians, where the data lies beside the repository: figures that are known."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import orjson
import pytest

from agreement.card import Answers, Card, Repeats, measure
from agreement.design import design
from agreement.paired import compare_pair
from agreement.resample import Resampling

KNOWN = {"openai/gpt-4.1": 0.881, "anthropic/claude-sonnet-4.5": 0.836, "google/gemini-2.5-flash": 0.806}
"""Agreement with physicians on 67 items, as the data's SOURCE.md has it."""
N_VIOLATED = 16
"""Items that physicians say do not meet their criterion: 1 - .761 of 67."""


class Graded:
    """Grades and labels by item, as violations."""

    def __init__(self, path: Path) -> None:
        rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        self.items = sorted({(row["item_id"], row["prompt_id"]) for row in rows})
        said = {(row["item_id"], row["judge_model"]): 1 - int(row["grade"]) for row in rows}
        known = {row["item_id"]: 1 - int(row["physician_label"]) for row in rows}
        self.said = {judge: np.array([said[item, judge] for item, _ in self.items]) for judge in KNOWN}
        self.labels = np.array([known[item] for item, _ in self.items])
        self.of = design(np.array([prompt for _, prompt in self.items]))

    def card(self, judge: str) -> Card:
        scores = self.said[judge].astype(np.float64)
        answers = Answers(self.labels.astype(np.float64), scores, self.said[judge], self.of)
        return measure(answers, Repeats(1 - self.said[judge][:, None], self.of), "sha", how())


def how() -> Resampling:
    return Resampling(np.random.default_rng(3))


@pytest.fixture
def graded(shared: Path) -> Graded:
    return Graded(shared / "data/hb-meta-3judges67/demo_grades.jsonl")


def test_agreement_with_physicians_is_what_is_known(graded: Graded) -> None:
    for first, second in pairwise(KNOWN):
        pair = np.column_stack([graded.said[first], graded.said[second]])
        found = compare_pair(pair, graded.labels, graded.of, how())
        assert (pytest.approx(KNOWN[first], abs=5e-4), pytest.approx(KNOWN[second], abs=5e-4)) == (
            found.first.agreement.value, found.second.agreement.value,
        )  # fmt: skip


@pytest.mark.parametrize("judge", KNOWN)
def test_a_card_of_a_real_judge_adds_up_to_its_known_agreement(graded: Graded, judge: str) -> None:
    found = graded.card(judge)
    assert (67, N_VIOLATED, "platt") == (found.n, found.n_violations, found.kind)
    assert found.sensitivity.value is not None
    assert found.specificity.value is not None
    right = found.sensitivity.value * N_VIOLATED + found.specificity.value * (67 - N_VIOLATED)
    assert pytest.approx(KNOWN[judge], abs=5e-4) == right / 67


@pytest.mark.parametrize("judge", KNOWN)
def test_calibrated_on_other_scenarios_a_real_judge_does_better_than_its_bare_word(graded: Graded, judge: str) -> None:
    brier = graded.card(judge).brier
    bare = float(np.mean((graded.said[judge] - graded.labels) ** 2))
    assert brier.value is not None
    assert brier.value < bare
