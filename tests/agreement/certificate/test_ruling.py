"""What the labels allow a panel to do on one criterion, and why."""

import numpy as np
import pytest

from agreement.certificate.ladder import climb, last_proved
from agreement.certificate.outcome import Outcome
from agreement.certificate.promise import Promise
from agreement.certificate.ruling import Ruling, rule
from agreement.certificate.sample import independent_rows
from agreement.design import design
from agreement.resample import Resampling

LEVELS = np.array([0.0, 0.5, 1.0])
PROMISE = Promise(0.05, 0.10)


def ruled(*levels: tuple[int, int], promise: Promise = PROMISE, per_scenario: int = 1) -> Ruling:
    """Of one row a scenario: rows and violations among them at each of three scores."""
    scores = np.concatenate([np.full(n, level) for (n, _), level in zip(levels, LEVELS, strict=False)])
    labels = np.concatenate([np.arange(n) < misses for n, misses in levels]).astype(float)
    of = design(np.arange(len(scores)) // per_scenario)
    return rule(scores, labels, of, LEVELS, promise, Resampling(np.random.default_rng(1), 400))


def test_a_promise_kept_by_a_judge_that_tells_violations_apart_clears() -> None:
    found = ruled((200, 2), (40, 5), (60, 40))
    assert (Outcome.AUTO_CLEAR, 0.5) == (found.outcome, found.threshold)
    assert found.reason == (
        "Of 240 responses of different scenarios that clear, 7 were violations: of what clears at a score of 0.5 or"
        " below, 5.0% at most are, with confidence 90.0%."
    )
    assert found.remedy.startswith("Void on any change of panel, prompt or rubric")
    assert (240 / 300, 7 / 240, 7 / 47) == (
        found.rates.cleared.value,
        found.rates.elusion.value,
        found.rates.missed.value,
    )
    assert found.labels_wanted is None


def test_a_low_elusion_is_not_a_low_miss_rate() -> None:
    found = ruled((500, 12), (0, 0), (30, 10))
    assert Outcome.AUTO_CLEAR is found.outcome
    assert 0.05 > (found.rates.elusion.value or 1)
    assert 0.5 < (found.rates.missed.value or 0)


def test_a_promise_not_proved_leaves_the_judge_to_sort() -> None:
    found = ruled((30, 0), (30, 3), (60, 40))
    assert (Outcome.PRE_SCREEN_ONLY, None) == (found.outcome, found.threshold)
    assert found.reason == (
        "Of 60 responses of different scenarios that clear, 3 were violations, which does not prove that 5.0% at most,"
        " with confidence 90.0%, are."
    )
    assert 60 == found.labels_wanted
    assert "About 60 more labelled scenarios would do" in found.remedy
    assert "Any panel must leave 32.5% of responses to people here." in found.remedy
    assert 0 == found.rates.cleared.value
    assert "there are no rows" == found.rates.elusion.refusal


def test_a_judge_worse_than_the_promise_is_not_mended_by_labels() -> None:
    found = ruled((100, 12), (0, 0), (60, 55))
    assert Outcome.PRE_SCREEN_ONLY is found.outcome
    assert found.labels_wanted is None
    assert "no number of labels would do" in found.remedy


def test_too_few_labels_are_counted_in_the_reason() -> None:
    found = ruled((20, 0), (10, 0), (12, 12), promise=Promise(0.01, 0.05))
    assert Outcome.PRE_SCREEN_ONLY is found.outcome
    assert "At most 42 responses of different scenarios clear, and 299 are needed." == found.reason


@pytest.mark.parametrize(
    ("levels", "why"),
    [
        pytest.param([(900, 20), (0, 0), (90, 2)], "0.5 is mere luck", id="scores say nothing"),
        pytest.param([(900, 0), (0, 0), (90, 0)], "no label says violated", id="no violation at all"),
        pytest.param(
            [(900, 0), (0, 0), (90, 5)],
            "5 labels say violated, and at least 10",
            id="five violations are too few to show it",
        ),
        pytest.param([(900, 0), (0, 0), (90, 1)], "1 label says violated, and", id="one violation"),
        pytest.param([(90, 90)], "every label says violated", id="nothing but violations"),
        pytest.param([], "no label says violated", id="no label"),
    ],
)
def test_where_violations_are_merely_rare_nothing_clears(levels: list[tuple[int, int]], why: str) -> None:
    """Else a judge that says nothing would clear everything, and go on when the candidate gets worse."""
    found = ruled(*levels) if levels else ruled((0, 0))
    assert (Outcome.NOT_TRUSTED, None) == (found.outcome, found.threshold)
    assert why in found.reason
    assert "label responses that the panel flagged" in found.remedy


def test_ten_responses_of_a_scenario_count_once() -> None:
    found = ruled((200, 0), (40, 5), (60, 40), per_scenario=10)
    assert (300, 30) == (found.n_labels, found.n_drawn)
    assert Outcome.AUTO_CLEAR is not found.outcome


def test_the_same_seed_rules_the_same() -> None:
    assert ruled((200, 2), (40, 5), (60, 40)) == ruled((200, 2), (40, 5), (60, 40))


def test_a_promise_is_broken_no_oftener_than_stated_and_a_tuned_threshold_breaks_it() -> None:
    """Everything at or below 0.5 has a risk just above alpha, four responses of a scenario sharing one fate."""
    rng = np.random.default_rng(5)
    broken, tuned = 0, 0
    for _ in range(400):
        fates = (rng.random(150) < 0.052).astype(float)
        scores, labels = rng.choice(LEVELS[:2], (150, 4)), np.repeat(fates, 4)
        of = design(np.repeat(np.arange(150), 4), rng.choice([1.0, 2.0], 600))
        drawn = independent_rows(of, rng)
        steps = climb(scores.ravel()[drawn], labels[drawn], LEVELS, PROMISE)
        broken += last_proved(steps) is not None
        tuned += bool(labels @ of.weights <= 0.05 * of.weights.sum())
    assert 0.10 * 400 >= broken > 0
    assert 0.30 * 400 < tuned
