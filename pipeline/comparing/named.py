"""What a comparison is to be of, as a person names it: runs or a window of them, label files or the store's labels."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from domain.errors import InputError
from pipeline.comparing.gathered import Gathered, gather
from pipeline.inputs import load_labels
from pipeline.store.connection import Connection
from pipeline.store.questions import fetch_run_ids
from pipeline.store.results import fetch_run


def gather_named(
    connection: Connection,
    root: Path,
    runs: Sequence[str],
    since: datetime | None = None,
    labels: tuple[str, ...] = (),
) -> Gathered:
    """Read everything that the comparison needs.

    Args:
        connection: a visit.
        root: the workspace.
        runs: by id; none where `since` is given.
        since: a day (UTC): every run that began then or after.
        labels: patterns of label files, in place of the labels that the store holds.

    Raises:
        InputError: there is no such run, none at all, or a label file is broken.
    """
    run_ids = _run_ids(connection, runs, since)
    return gather(connection, run_ids, list(load_labels(root, labels, "--labels")) if labels else None)


def _run_ids(connection: Connection, runs: Sequence[str], since: datetime | None) -> list[str]:
    if bool(runs) == (since is not None):
        raise InputError("expected one run or more, or --since with a day")
    named = fetch_run_ids(connection, since.strftime("%Y-%m-%d")) if since else list(dict.fromkeys(runs))
    if not named:
        raise InputError(f"no run began on {since:%Y-%m-%d} or after", key="--since")
    for run_id in named:
        fetch_run(connection, run_id)
    return named
