"""How long a clinician takes for an item: a plan until it is measured."""

_MINUTES_BEFORE, _CHARACTERS_A_MINUTE, _MINUTES_A_CRITERION = 2.0, 1200, 0.5


def expected_minutes(n_characters: int, n_criteria: int) -> float:
    """Reading at about 200 words a minute, half a minute a criterion, two minutes to begin with.

    Args:
        n_characters: of scenario and response together.
        n_criteria: that are asked about.
    """
    return _MINUTES_BEFORE + n_characters / _CHARACTERS_A_MINUTE + n_criteria * _MINUTES_A_CRITERION
