"""The three arms of a comparison with frozen anchors, from the store: did candidates, judges or clinicians move?"""

from collections.abc import Mapping, Sequence

from domain.errors import InputError
from pipeline.anchors import Comparison, compare
from pipeline.candidate_arm import Answers
from pipeline.certify import fetch_panel
from pipeline.panel_view import QuestionKey, View, views_of
from pipeline.store.anchors import (
    AnchorRow,
    count_reused,
    count_reused_answers,
    fetch_anchors,
    fetch_chances,
    fetch_runs_on,
)
from pipeline.store.connection import Connection
from pipeline.store.judged import fetch_judged, fetch_run_starts
from pipeline.store.labels import fetch_labels
from pipeline.store.reviews import fetch_second_labels

Views = Mapping[QuestionKey, View]


def fetch_arms(
    connection: Connection, anchor_set: str, run_id: str, *, answers: str | None = None, before: str | None = None
) -> Comparison:
    """Tell from what the store holds which of the three moved. Nothing is written, no certificate voided.

    Args:
        connection: a visit.
        anchor_set: the anchors' name.
        run_id: tonight's run on the frozen responses.
        answers: tonight's run in which candidates answered the anchors' scenarios anew; None: they are not compared.
        before: an earlier such run; the one at which the anchors were frozen where left out.

    Raises:
        InputError: there are no such anchors or runs, a run has another panel than the anchors, took replies from
            earlier runs, or judged none of the anchors.
    """
    anchors = fetch_anchors(connection, anchor_set)
    nights = _nights(connection, anchors, run_id)
    labels = [*fetch_labels(connection), *fetch_second_labels(connection, anchor_set)]
    anew = None if answers is None else _answers(connection, anchors, before or anchors[0].run_id, answers)
    return compare(anchors, nights, labels, anew)


def _nights(connection: Connection, anchors: Sequence[AnchorRow], run_id: str) -> dict[str, Views]:
    """What the panel said at the freeze, at every night since and tonight."""
    name, frozen_run, panel_sha256 = anchors[0].anchor_set, anchors[0].run_id, anchors[0].panel_sha256
    tonight = _views(connection, run_id, panel_sha256, name)
    if reused := count_reused(connection, run_id):
        raise InputError(
            f"{reused} verdicts of run {run_id} are reused replies, which cannot move; run with --no-cache"
        )
    starts = fetch_run_starts(connection)
    others = fetch_runs_on(connection, name)
    between = [one for one, at in others.items() if starts[frozen_run] <= at <= starts[run_id]]
    nights = [frozen_run, *(one for one in between if _is_night(connection, one, panel_sha256))]
    earlier = [one for one in dict.fromkeys(nights) if one != run_id]
    return {one: _views(connection, one, panel_sha256, name) for one in earlier} | {run_id: tonight}


def _is_night(connection: Connection, run_id: str, panel_sha256: str) -> bool:
    return fetch_panel(connection, run_id).sha256 == panel_sha256 and not count_reused(connection, run_id)


def _answers(connection: Connection, anchors: Sequence[AnchorRow], before: str, tonight: str) -> Answers:
    if before == tonight:
        raise InputError(f"run {tonight} cannot be compared with itself; name an earlier run", key="--before")
    if reused := count_reused_answers(connection, tonight):
        raise InputError(f"{reused} responses of run {tonight} are reused replies, which cannot have become worse")
    views = {one: _views(connection, one, anchors[0].panel_sha256) for one in (before, tonight)}
    chances = fetch_chances(connection, anchors[0].anchor_set) if before == anchors[0].run_id else []
    return Answers(before, tonight, views, _why_no_yardstick(chances))


def _why_no_yardstick(chances: Sequence[float]) -> str:
    """Responses that are read because judges flagged them are worse than others: new ones would look better by that."""
    if len(chances) < 2:  # noqa: PLR2004 (all alike)
        return ""
    between = f"{min(chances):.2g} to {max(chances):.2g}"
    return (
        f"what was frozen had unequal chances of being read ({between}), by what judges said of it; give a run since "
        "then that answered the same scenarios with --before"
    )


def _views(connection: Connection, run_id: str, panel_sha256: str, anchor_set: str | None = None) -> Views:
    panel = fetch_panel(connection, run_id)
    if panel.sha256 != panel_sha256:
        raise InputError(f"run {run_id} has another panel than the anchors; no certificate holds for it: freeze anew")
    return views_of(fetch_judged(connection, run_id, anchor_set), panel)
