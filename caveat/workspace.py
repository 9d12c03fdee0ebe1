"""A workspace: what can be done with a folder of prompts, rubrics, configurations and data."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from caveat.apart import batch_road, run_apart
from caveat.configuring import Given, configured
from caveat.foreseen import foreseen
from caveat.place import Place
from caveat.results import Comparison, Difference, Estimate
from caveat.run import EndedRun, Run
from caveat.tables import Table
from caveat.waiting import queue_table
from domain.errors import InputError
from pipeline.bringing import KINDS, bring
from pipeline.certify import rule
from pipeline.comparing.window import Window
from pipeline.config import Config
from pipeline.diff.runs import diff_runs
from pipeline.doctor import Check, examine
from pipeline.panel import Clients
from pipeline.plan import plan_run
from pipeline.ruling import Grant
from pipeline.run import run_batch
from pipeline.store.certificates import CertificateRow
from pipeline.store.runs import fetch_listed_runs
from pipeline.workspace import STORE, in_workspace, init_workspace

_EVERY = 2**31 - 1


class Workspace:
    """A folder, and the store that its runs feed.

    Args:
        folder: where prompts/, rubrics/, config/ and data/ are; the current one where left out.
        store: a DuckDB file, relative to it, or postgresql://…; a run's own store is what its configuration says.

    Raises:
        InputError: there is no such folder.
    """

    def __init__(self, folder: Path | str = ".", *, store: str = STORE) -> None:
        if not Path(folder).is_dir():
            raise InputError("is no folder; caveat.init lays a workspace out", file=folder)
        self.place: Place = Place(Path(folder).resolve(), store)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.folder)!r})"

    @property
    def folder(self) -> Path:
        """Absolute."""
        return self.place.root

    @foreseen
    def config(self, given: Given, **changes: Any) -> Config:  # noqa: ANN401 (whatever a configuration's file may hold)
        """A configuration, checked: from a file, from keys and values, or from another; with changes.

        Args:
            given: a file, relative to the workspace, or what would stand in one.
            **changes: by key; of an object, only the keys that are given.

        Raises:
            InputError: names file, line, key and what was expected.
        """
        return configured(self.folder, given, changes)

    @foreseen
    def check(self, file: Path | str) -> list[Check]:
        """Everything that a run of this configuration will need, as `caveat doctor`. Sends nothing."""
        return list(examine(self.folder, in_workspace(self.folder, Path(file))))

    @foreseen
    def estimate(self, config: Given, *, limit: int | None = None, cache: bool = True, batch: bool = False) -> Estimate:
        """What a run would ask and cost, as `caveat run --dry-run`. Sends nothing; the arguments are those of `run`."""
        whole = configured(self.folder, config, {})
        return Estimate(plan_run(self.folder, whole, limit=limit, cache=cache, by_batch=batch))

    @foreseen
    def run(
        self,
        config: Given,
        *,
        run_id: str | None = None,
        limit: int | None = None,
        cache: bool = True,
        batch: bool = False,
        wait: bool = True,
        progress: bool = True,
    ) -> EndedRun:
        """Begin a run, or continue it where it stopped, as `caveat run`; in a notebook too, whose own loop is running.

        An interrupt has it finish what is under way and come back incomplete; a second one ends it at once. Either way
        the same call continues it.

        Args:
            config: a file, relative to the workspace, or what would stand in one.
            run_id: name of the run; else as the configuration says.
            limit: only the first so many responses.
            cache: reuse earlier runs' replies as the configuration says, or make every call.
            batch: by the providers' batch APIs, at half the price, within a day.
            wait: for the providers' batches; else take what is there and come back incomplete.
            progress: say on stderr how it goes: a table on a terminal, elsewhere a line every half minute.

        Raises:
            InputError: the configuration or something that it names is not as it must be.
            RunMismatchError: the run exists and began under another configuration.
            RunHeldError: another process is working on it.
            EndpointDownError: an endpoint answers nothing any more (exit code 3).
            StoreError: the store cannot be written to.
        """
        whole = configured(self.folder, config, {})
        begin = partial(run_batch, self.folder, whole, run_id=run_id, limit=limit, cache=cache)
        result = run_apart(begin, batch_road(wait=wait) if batch else Clients, progress=progress)
        return EndedRun(Place(self.folder, whole.store), result.run_id, result)

    @foreseen
    def runs(self) -> list[str]:
        """Ids of all runs that the store holds, the latest first."""
        with self.place.opened().reading() as connection:
            return [one.run_id for one in fetch_listed_runs(connection, _EVERY)]

    @foreseen
    def open_run(self, run_id: str) -> Run:
        """A run that the store holds.

        Raises:
            InputError: it has no such run; the message lists those that it has.
        """
        found = Run(self.place, run_id)
        return Run(self.place, found.facts.run_id)

    def queue(self, *, lane: str | None = None, limit: int | None = None) -> Table:
        """What waits for clinicians in all runs, and why: the most urgent first."""
        return queue_table(self.place, None, lane, limit)

    @foreseen
    def compare(
        self,
        *run_ids: str,
        labels: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        replicates: int = 2000,
    ) -> Comparison:
        """Several runs, as one window, against clinicians, as `caveat compare`.

        Args:
            run_ids: those that are named.
            labels: label files; else the labels in the store.
            since: and every run that began on this day (UTC) or after,
            until: and on this day or before.
            replicates: resamples for each interval.

        Raises:
            InputError: there is no such run, or there are no labels on what they judged.
        """
        window = Window(run_ids, since, until)
        if not run_ids and not window.has_days:
            raise InputError("expected one run or more, or days")
        return self.place.compared(window, labels, replicates)

    @foreseen
    def diff(self, before: str, after: str, *, items: int = 30, replicates: int = 2000) -> Difference:
        """Two runs side by side, paired by scenario: the second less the first, as `caveat diff`."""
        return Difference(diff_runs(self.place.opened(), before, after, n_items=items, replicates=replicates))

    def import_labels(self, file: Path | str, *, name: str | None = None, force: bool = False) -> dict[str, int]:
        """Bring in clinicians' labels (JSONL or CSV), as `caveat import labels`; gives numbers by file written."""
        return self.import_file("labels", file, name=name, force=force)

    @foreseen
    def import_file(
        self, kind: str, file: Path | str, *, name: str | None = None, reviewer: str | None = None, force: bool = False
    ) -> dict[str, int]:
        """Bring in what another system generated or other people labelled, as `caveat import`.

        Args:
            kind: healthbench, inspect, promptfoo, responses, labels, sheet or verdicts.
            file: relative to the workspace, or anywhere.
            name: of the files to be written under data/; else the file's own.
            reviewer: whose labels a sheet holds, where its lines do not say.
            force: write over files of that name.

        Raises:
            InputError: the file is broken, or could say who somebody is; nothing is written.
        """
        if kind not in KINDS:
            raise InputError(f"expected one of {', '.join(KINDS)}, got {kind!r}", key="kind")
        source = in_workspace(self.folder, Path(file))
        store, named = self.place.opened(), name or source.stem
        return bring(self.folder, store, kind, source, named, force=force, reviewer=reviewer)

    @foreseen
    def certify(self, *run_ids: str, by: str, reason: str, days: int = 30) -> list[CertificateRow]:
        """Rule on every criterion that the runs judged and people labelled, as `caveat certify grant`; gives the
        rulings, refusals with their reason and remedy too. Criteria that were ruled on with these labels before are
        left out.

        Args:
            *run_ids: of one panel.
            by: who decides this; kept for good.
            reason: why; kept for good.
            days: how long certificates are to hold.

        Raises:
            InputError: there is nothing to rule on, or the judges have moved since.
        """
        if not run_ids:
            raise InputError("expected one run or more")
        return rule(self.place.opened(), run_ids, Grant(by, reason, datetime.now(UTC), days))[0]


@foreseen
def init(folder: Path | str) -> Workspace:
    """Lay out a workspace with the starter content, as `caveat init`.

    Raises:
        InputError: there are files already; nothing is overwritten.
    """
    init_workspace(Path(folder))
    return Workspace(folder)
