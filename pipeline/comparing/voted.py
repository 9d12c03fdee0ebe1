"""What each judge says of each question over its repeats, and what the panel as a whole says: `pipeline.votes` and
`pipeline.standing`, for all questions at once."""

import numpy as np
from numpy.typing import NDArray

from agreement.comparison import FAILED, NOT_ASKED
from agreement.estimate import Codes, Floats
from agreement.panel import CANNOT_TELL, NOT_APPLICABLE, SATISFIED, VIOLATED

Counts = NDArray[np.integer]


def votes_of(counts: Counts, n_repeats: Codes, is_major: NDArray[np.bool_]) -> Codes:
    """(n, judges) one code a judge and question: `agreement.panel`'s, `FAILED` or `NOT_ASKED`.

    Args:
        counts: (n, judges, 5) how often each judge said violated, satisfied, not applicable, cannot tell, or failed.
        n_repeats: (n, judges) how often each judge was to be asked.
        is_major: (n,) whether the question's severity is major, where one violation is enough.
    """
    said, failed, heard = counts[..., :4], counts[..., 4], counts.sum(axis=-1)
    most, value = said.max(axis=-1), said.argmax(axis=-1)
    found = np.where(2 * most <= n_repeats, CANNOT_TELL, value)
    found = np.where((failed > 0) | (heard != n_repeats), FAILED, found)
    found = np.where(is_major[:, None] & (said[..., 0] > 0), VIOLATED, found)
    return np.where(heard == 0, NOT_ASKED, found)


def deciding(stages: Codes, votes: Codes, is_severe: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n, judges) whose votes decide: where the second stage of a cascade settles a question, its votes alone.

    Args:
        stages: (n, judges) of each judge, 1 or 2.
        votes: (n, judges) as `votes_of` gives them.
        is_severe: (n,) whether the second stage is asked whatever the first says, so that all decide.
    """
    asked = votes != NOT_ASKED
    second = asked & (stages == 2)  # noqa: PLR2004 (the second)
    settles = second.any(axis=1) & ~is_severe
    return second | (asked & ~settles[:, None])


def panel_says(
    counts: Counts, votes: Codes, decides: NDArray[np.bool_], any_flags: NDArray[np.bool_]
) -> tuple[Codes, Floats]:
    """The panel's word on each question, and the share of answers that say violated (0-1).

    Violated as routing flags it; satisfied where nothing keeps it from clearing; cannot tell in between. Certificates
    have no part in it.

    Args:
        counts: (n, judges, 5) as `votes_of`.
        votes: (n, judges).
        decides: (n, judges) whose votes decide.
        any_flags: (n,) whether one judge's word is enough to flag.
    """
    accusers = (decides & (votes == VIOLATED)).sum(axis=1)
    flagged = (accusers > 0) & (any_flags | (2 * accusers > decides.sum(axis=1)))
    answers = (counts * decides[..., None]).sum(axis=1)
    mixed = (answers[:, SATISFIED] > 0) & (answers[:, NOT_APPLICABLE] > 0)
    unclear = (decides & ((votes == FAILED) | (votes == CANNOT_TELL))).any(axis=1)
    unclear |= mixed | (answers[:, [VIOLATED, CANNOT_TELL, 4]].sum(axis=1) > 0)
    said = np.where(flagged, VIOLATED, np.where(unclear, CANNOT_TELL, SATISFIED))
    return said, answers[:, VIOLATED] / np.maximum(answers.sum(axis=1), 1)
