"""How long a clinician takes for an item."""

import pytest

from pipeline.effort import LEAST_READINGS, Reading, expected_minutes, measured_pace


def readings(*paces: float) -> list[Reading]:
    planned = expected_minutes(1200, 4)
    return [Reading(planned * one, 1200, 4) for one in paces]


def test_more_to_read_and_more_to_answer_takes_longer() -> None:
    assert 0 < expected_minutes(0, 0) < expected_minutes(2400, 0) < expected_minutes(2400, 20)


def test_the_pace_is_that_in_the_middle_whatever_a_few_took() -> None:
    assert pytest.approx(1.5) == measured_pace(readings(*[1.5] * 15, *[0.1] * 4, *[8.0] * 4))


def test_too_few_readings_measure_nothing() -> None:
    assert measured_pace(readings(*[2.0] * (LEAST_READINGS - 1))) is None


def test_an_evening_that_somebody_left_open_is_no_reading() -> None:
    assert measured_pace([*readings(*[1.0] * LEAST_READINGS), *[Reading(600, 1200, 4)] * 30]) == pytest.approx(1.0)
