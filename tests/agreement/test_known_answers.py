"""Figures that others published, or worked out, of real judges and clinicians; skipped where the data is not."""

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import orjson
import pytest

from agreement.alternative import alternative_test
from agreement.clinicians import clinician_agreement
from agreement.comparison import Comparison, Questions, compare_all
from agreement.design import design
from agreement.estimate import Codes
from agreement.ordinal import ordinal_agreement
from agreement.panel import SATISFIED, VIOLATED
from agreement.resample import Resampling


def how() -> Resampling:
    return Resampling(np.random.default_rng(1), 500)


@pytest.fixture
def medjudge(shared: Path) -> dict[str, Comparison]:
    """67 HealthBench items by three judges, against the majority of two or three physicians; "met" is satisfied."""
    lines = (shared / "data/hb-meta-3judges67/demo_grades.jsonl").read_bytes().splitlines()
    rows = [orjson.loads(line) for line in lines]
    found: dict[str, Comparison] = {}
    for judge in {row["judge_model"] for row in rows}:
        own = [row for row in rows if row["judge_model"] == judge]
        verdicts = np.array([[SATISFIED if row["grade"] else VIOLATED] for row in own])
        labels = np.array([not row["physician_label"] for row in own], dtype=int)
        scenarios = np.unique([row["prompt_id"] for row in own], return_inverse=True)[1]
        (found[judge.split("/")[1]],) = compare_all(Questions(verdicts, labels, np.ones(len(own)), scenarios), how())
    return found


@pytest.mark.parametrize(
    ("judge", "kappa", "macro_f1", "agreement"),
    [
        ("gpt-4.1", 0.623, 0.809, 0.881),
        ("claude-sonnet-4.5", 0.607, 0.801, 0.836),
        ("gemini-2.5-flash", 0.302, 0.633, 0.806),
    ],
)
def test_three_judges_of_healthbench_are_as_known(
    medjudge: dict[str, Comparison], judge: str, kappa: float, macro_f1: float, agreement: float
) -> None:
    found = medjudge[judge]
    known = (kappa, macro_f1, agreement)
    plain = (found.queue_only.kappa, found.queue_only.macro_f1, found.queue_only.agreement)
    assert known == pytest.approx(plain, abs=5e-4)
    for rate, value in zip((found.rates.kappa, found.rates.macro_f1, found.rates.agreement), known, strict=True):
        assert (rate.low or 0) < value < (rate.high or 0)
        assert value == pytest.approx(rate.value, abs=0.02)


def cardiology(shared: Path) -> Codes:
    rows = [
        orjson.loads(line) for line in (shared / "data/cardiology-likert/2_Data.long.jsonl").read_bytes().splitlines()
    ]
    some = [row for row in rows if row["criterion"] == "Accuracy"]
    return np.array([[row[f"Reviewer{number}"] - 1 for number in (1, 2, 3)] for row in some])


def test_three_cardiologists_agree_on_accuracy_as_known(shared: Path) -> None:
    scores = cardiology(shared)
    of = design(np.arange(len(scores)) % 70)
    pairs = [ordinal_agreement(scores[:, a], scores[:, b], 5, of, how()) for a, b in combinations(range(3), 2)]
    assert [0.679, 0.411, 0.557] == pytest.approx([one.kappa_quadratic.value for one in pairs], abs=5e-4)


def test_two_radiation_oncologists_agree_as_known(shared: Path) -> None:
    path = shared / "data/radonc50/questions_answers_evaluations.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    columns = ("Evaluation (questioner reviewer)", "Evaluation (second reviewer)")
    first, second = (np.array([int(row[name]) - 1 for row in rows]) for name in columns)
    found = ordinal_agreement(first, second, 5, design(np.arange(50)), how())
    assert (0.32, 0.31) == pytest.approx((found.raw.value, found.kappa_quadratic.value), abs=5e-3)


@pytest.fixture
def physicians(shared: Path) -> tuple[Codes, Codes]:
    """211 claims by three physicians: 0 contradicted, 1 neutral, 2 entailed; and the question of each."""
    with (shared / "data/kqa-physician-nli/physician_claims.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = {"Contradiction": 0, "Neutral": 1, "Entailment": 2}
    labels = np.array([[codes[row[f"label_{one}"]] for one in (0, 1, 2)] for row in rows])
    return labels, np.unique([row["Question"] for row in rows], return_inverse=True)[1]


def test_three_physicians_agree_on_claims_within_the_known_range(physicians: tuple[Codes, Codes]) -> None:
    """The range that a trial on these 211 rows found between two physicians: .820-.863 and kappa .63-.70."""
    labels, questions = physicians
    found = clinician_agreement((labels != 2).astype(int), 2, design(questions), how())
    raw, kappa = ([getattr(pair, name).value for pair in found.pairs] for name in ("raw", "kappa"))
    assert (0.820, 0.863) == pytest.approx((min(raw), max(raw)), abs=5e-4)
    assert (0.63, 0.70) == pytest.approx((min(kappa), max(kappa)), abs=6e-3)
    assert found.raw.value == pytest.approx(np.mean(raw))


def test_the_physicians_majority_stands_in_for_each_of_them(physicians: tuple[Codes, Codes]) -> None:
    labels, questions = physicians
    entailed = (labels == 2).astype(int)
    majority = (entailed.sum(axis=1) >= 2).astype(int)
    found = alternative_test(majority, entailed, design(questions))
    assert (1.0, True) == (found.winning_rate, found.passed)


def test_every_two_physicians_are_compared(physicians: tuple[Codes, Codes]) -> None:
    labels, questions = physicians
    pairs = clinician_agreement(labels, 3, design(questions), how()).pairs
    assert list(combinations(range(3), 2)) == [(pair.first, pair.second) for pair in pairs]
