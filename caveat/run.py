"""A run: its tables, pictures and figures, and what is done with it next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from caveat.foreseen import foreseen
from caveat.place import Place
from caveat.results import Comparison, Gate, MinutesPlan, Written
from caveat.tables import Table
from caveat.waiting import queue_table
from domain.errors import InputError
from domain.routing import Disposition
from pipeline.comparing.window import Window
from pipeline.ended import run_facts, run_summary
from pipeline.exporting.export import FORMATS, export_run
from pipeline.exporting.tables import run_tables
from pipeline.exporting.target import contradiction, free_target
from pipeline.files.whole import write_text
from pipeline.gate.look import Asked
from pipeline.gate.night import Decider, gate_night
from pipeline.minutes import plan_minutes
from pipeline.packing.manifest import Manifest
from pipeline.packing.pack import write_pack
from pipeline.reading_plan import ASSUMED
from pipeline.reporting.leads.around import Around, fetch_around
from pipeline.reporting.leads.tables import coverage_bars, gap_sentence
from pipeline.reporting.page import ReportPage, gather_report
from pipeline.reporting.picture import Heading, Picture, picture_of_bars
from pipeline.reporting.render import render_report
from pipeline.run import RunResult
from pipeline.store.results import RunFacts, fetch_run


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """A run that the store holds."""

    place: Place
    run_id: str

    def __repr__(self) -> str:
        return f"Run {self.run_id}"

    @property
    def facts(self) -> RunFacts:
        """Its name, judges and whole configuration.

        Raises:
            InputError: the store has no such run; the message lists those that there are.
        """
        with self.place.opened().reading() as connection:
            return fetch_run(connection, self.run_id)

    def responses(self) -> Table:
        """A row for each response: what was said, its disposition and lane, why, and the chance of being read."""
        return self.table("responses")

    def findings(self) -> Table:
        """A row for each verdict of each judge; where a judge failed, why."""
        return self.table("findings")

    @foreseen
    def table(self, name: str) -> Table:
        """Any table that is exported too: responses, findings, judgements, adjudications, labels and more.

        Raises:
            InputError: there is no such table; the message lists those that there are.
        """
        tables = {one.name: one for one in run_tables(self.place.opened(), self.facts)}
        if name not in tables:
            raise InputError(f"expected one of {', '.join(tables)}, got {name!r}", key="table")
        return Table.of(tables[name])

    def queue(self, *, lane: str | None = None, limit: int | None = None) -> Table:
        """What of it waits for clinicians, and why: the most urgent first."""
        return queue_table(self.place, self.run_id, lane, limit)

    def dispositions(self) -> Picture:
        """Dispositions by candidate."""
        page, caption = self._page(), "Share of each candidate's responses."
        return picture_of_bars(_over("Dispositions by candidate", caption, page.run), page.by_candidate)

    def violations(self) -> Picture:
        """Violations by criterion and severity."""
        page, caption = self._page(), "Responses in which at least one judge found a violation."
        return picture_of_bars(_over("Violations by criterion", caption, page.run), page.by_criterion)

    def coverage(self) -> Picture:
        """What clinicians read, what waits for them, and what nobody reads: the coverage gap."""
        heading = _over("Coverage", "By how responses stand to people.", self.facts)
        return picture_of_bars(heading, coverage_bars(self._around()))

    def coverage_gap(self) -> str:
        """The coverage gap in minutes, or why there is none to be had."""
        return gap_sentence(self._around())

    @foreseen
    def compare(self, *, labels: Sequence[str] = (), replicates: int = 2000) -> Comparison:
        """Judges and candidates against clinicians, as `caveat compare`.

        Args:
            labels: patterns of label files, in place of the labels that the store holds.
            replicates: resamples for each interval that is bootstrapped.

        Raises:
            InputError: there are no labels on what the run judged.
        """
        return self.place.compared(Window((self.run_id,)), labels, replicates)

    @foreseen
    def plan(
        self,
        minutes: float,
        *,
        flagged: float = ASSUMED[Disposition.FLAGGED],
        borderline: float = ASSUMED[Disposition.BORDERLINE],
        cleared: float = ASSUMED[Disposition.CLEARED],
    ) -> MinutesPlan:
        """What so many minutes of clinicians would buy, as `caveat plan`.

        Args:
            minutes: that clinicians have.
            flagged: share of flagged responses in which clinicians will find a violation: a guess, 0-1.
            borderline: the same, of borderline ones.
            cleared: the same, of cleared ones.
        """
        assumed = dict(zip(Disposition, (cleared, flagged, borderline), strict=True))
        return MinutesPlan(plan_minutes(self.place.opened(), self.run_id, minutes, assumed))

    @foreseen
    def gate(
        self,
        *,
        baseline: str | None = None,
        first: bool = False,
        by: str = "",
        reason: str = "",
        anchors: str | None = None,
        anchors_run: str | None = None,
    ) -> Gate:
        """One outcome for the night, kept in the store, as `caveat gate`.

        Args:
            baseline: compare with this run; else with the last night that passed.
            first: compare with nothing: begin anew, which somebody decides.
            by: who decides to begin anew.
            reason: why.
            anchors: a set of frozen anchors.
            anchors_run: tonight's run on them; else this one.
        """
        asked = Asked(self.run_id, baseline, first, anchors, anchors_run)
        return Gate(*gate_night(self.place.opened(), asked, Decider(by, reason)))

    @foreseen
    def report(self, target: Path | str | None = None, *, items: int = 30) -> Path:
        """Write the run as one self-contained HTML page, to data/reports/ where left out; gives the file."""
        path = self.place.root / (target or f"data/reports/{self.run_id}.html")
        write_text(path, render_report(self._page(items)))
        return path

    @foreseen
    def export(
        self,
        kind: str = "xlsx",
        target: Path | str | None = None,
        *,
        blind: bool = False,
        force: bool = False,
    ) -> Written:
        """Write it for other programs and people, as `caveat export`.

        Args:
            kind: xlsx, jsonl, csv, parquet, inspect, otlp, argilla or label-studio.
            target: the file or folder; else one under data/exports/.
            blind: for labelling: nothing of the judges.
            force: write over what is there.

        Raises:
            InputError: there is no such format, it cannot be had blind, or something is there already.
        """
        if kind not in FORMATS:
            raise InputError(f"expected one of {', '.join(FORMATS)}, got {kind!r}", key="kind")
        if problem := contradiction(kind, blind=blind):
            raise InputError(problem)
        run = self.facts
        path = free_target(self.place.root, _path(target), self.run_id, kind, blind=blind, force=force)
        return Written(path, export_run(self.place.opened(), run, path, kind, blind=blind), run.provisional)

    @foreseen
    def evidence_pack(self, target: Path | str, *, force: bool = False) -> Manifest:
        """Write all that a safety officer needs, as `caveat export --pack`; keep the manifest's digest elsewhere.

        Raises:
            InputError: something is there already, or it cannot be written.
        """
        path = free_target(self.place.root, Path(target), self.run_id, "pack", blind=False, force=force)
        return write_pack(self.place.root, self.place.opened(), self.facts, path)

    def _page(self, items: int = 0) -> ReportPage:
        with self.place.opened().reading() as connection:
            return gather_report(connection, self.run_id, items)

    def _around(self) -> Around:
        with self.place.opened().reading() as connection:
            return fetch_around(connection, [self.run_id], datetime.now(UTC))


@dataclass(frozen=True, slots=True, repr=False)
class EndedRun(Run):
    """A run that was begun or continued here: also how it ended. Unless it is complete, the same call continues it."""

    result: RunResult

    @property
    def is_complete(self) -> bool:
        """Every item has its disposition, and no call failed."""
        return self.result.is_complete

    @property
    def exit_code(self) -> int:
        """0 complete; 3 calls failed or were not made."""
        return self.result.exit_code

    def as_json(self) -> dict[str, Any]:
        """As `caveat run --json`."""
        return run_facts(self.result)

    def __repr__(self) -> str:
        return run_summary(self.result)


def _over(title: str, caption: str, run: RunFacts) -> Heading:
    return Heading(title, caption, run.provisional)


def _path(target: Path | str | None) -> Path | None:
    return None if target is None else Path(target)
