"""Of which run's response is a label, where runs answered the same scenario with other words?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from domain.scenario import Label
from pipeline.inputs import response_key
from pipeline.store.wordings import Wording


def labels_of_run(
    labels: Iterable[Label], run_id: str, wordings: Mapping[tuple[str, str, int], Sequence[Wording]]
) -> tuple[list[Label], int]:
    """The labels that are of this run's responses, and how many may be of others and are left out.

    Args:
        labels: from the store, where they name no run.
        run_id: the run's.
        wordings: where runs answered otherwise.
    """
    every = list(labels)
    kept = [one for one in every if _is_of(one, run_id, wordings.get(response_key(one), ()))]
    return kept, len(every) - len(kept)


def _is_of(label: Label, run_id: str, wordings: Sequence[Wording]) -> bool:
    """Whether all that could be labelled when the label was given are this run's words; in doubt, it is not."""
    own = {one.body_sha256 for one in wordings if one.run_id == run_id}
    if not wordings or not own:
        return True  # there is but one wording, or this run has none and judges nothing of it
    if label.labelled_at is None:
        return False
    known = {one.body_sha256 for one in wordings if _time(one) <= label.labelled_at}
    return known == own


def _time(one: Wording) -> datetime:
    when = datetime.fromisoformat(one.responded_at)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
