"""A run's tables, in the format that somebody asked for."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from domain.errors import InputError
from domain.policy import PROVISIONAL
from pipeline.exporting.argilla import write_argilla
from pipeline.exporting.blind import blind_tables, fetch_blind_items
from pipeline.exporting.files import WRITERS
from pipeline.exporting.inspect_log import write_inspect_logs
from pipeline.exporting.label_studio import write_label_studio
from pipeline.exporting.otlp import write_spans
from pipeline.exporting.table import Table
from pipeline.exporting.tables import run_tables
from pipeline.exporting.workbook import write_workbook
from pipeline.store.connection import Store
from pipeline.store.results import RunFacts

BLIND_ALWAYS = {"argilla": write_argilla, "label-studio": write_label_studio}
NEVER_BLIND = {"inspect": write_inspect_logs, "otlp": write_spans}
FORMATS = ("xlsx", *WRITERS, *NEVER_BLIND, *BLIND_ALWAYS)
_LONG = "A text that does not fit into a cell goes on in the sheet 'Long texts', by sheet, row and column."
_BLIND = "For labelling: nothing of any judge is in this file."


def export_run(store: Store, run: RunFacts, target: Path, kind: str, *, blind: bool) -> dict[str, int]:
    """Write the run's tables; gives the number of rows by file, or by sheet.

    Args:
        store: visited again and again, a short while each time.
        run: of this store.
        target: the file, or for all but `xlsx` the folder.
        kind: one of `FORMATS`.
        blind: only what somebody who labels may see; files for labelling tools are so in any case.

    Raises:
        InputError: it cannot be written there.
    """
    try:
        if kind in BLIND_ALWAYS:
            with store.reading() as connection:
                items = list(fetch_blind_items(connection, run))
            return BLIND_ALWAYS[kind](items, target)
        if kind in NEVER_BLIND:
            return NEVER_BLIND[kind](store, run, target)
        tables = (blind_tables if blind else run_tables)(store, run)
        if kind == "xlsx":
            made_at = datetime.fromisoformat(run.started_at)
            return write_workbook(target, tables, about(run, tables, blind=blind), made_at)
        return {str(path): WRITERS[kind](table, path) for table in tables for path in [target / f"{table.name}.{kind}"]}
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", file=target) from None


def about(run: RunFacts, tables: Sequence[Table], *, blind: bool) -> list[tuple[str, str]]:
    """What a workbook says of itself first."""
    warnings = [("warning", PROVISIONAL)] if run.provisional and not blind else []
    facts = [("run", run.run_id), ("began (UTC)", run.started_at), ("configuration (SHA-256)", run.config_sha256)]
    sheets = [(f"sheet {one.name}", one.about) for one in tables]
    return [*warnings, *facts, *([("blind", _BLIND)] if blind else []), *sheets, ("long texts", _LONG)]
