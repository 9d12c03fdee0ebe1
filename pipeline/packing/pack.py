"""The evidence pack of a run, written."""

import platform
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from domain.errors import InputError
from pipeline.exporting.export import about
from pipeline.exporting.files import write_csv_table, write_jsonl_table
from pipeline.exporting.tables import run_tables
from pipeline.exporting.workbook import write_workbook
from pipeline.journal import NAME as JOURNAL
from pipeline.packing.archive import write_zip
from pipeline.packing.hazard_log import hazard_log
from pipeline.packing.manifest import NAME, Manifest, PackedFile, manifest_of, packed
from pipeline.packing.matrix import load_matrix, matrix_table
from pipeline.packing.outsider import README, SUMS, SUMS_ABOUT, readme, sums
from pipeline.packing.sbom import bill_of_materials
from pipeline.packing.sign_off import SignOff, render_sign_off
from pipeline.packing.sources import Sources, gather_sources
from pipeline.reporting.page import gather_report
from pipeline.reporting.render import render_report
from pipeline.store.connection import Store
from pipeline.store.migration import newest_version
from pipeline.store.results import RunFacts
from pipeline.workspace import RUNS

SIGN_OFF = "sign-off.html"
_SIGN_OFF_ABOUT = "For the clinical safety officer to fill in."
_ITEMS_SHOWN = 100
"""Of responses in the report."""


class _Folder:
    """Files on their way into the zip."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.files: dict[str, PackedFile] = {}

    def add(self, name: str, about: str, write: Callable[[Path], object]) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path)
        self.files[name] = packed(path, about)

    def text(self, name: str, about: str, text: str) -> None:
        self.add(name, about, lambda path: path.write_text(text, encoding="utf-8", newline=""))

    def json(self, name: str, about: str, value: Any) -> None:  # noqa: ANN401 (any JSON value)
        body = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        self.add(name, about, lambda path: path.write_bytes(body))

    def path(self, name: str) -> Path:
        return self._path / name


def write_pack(root: Path, store: Store, run: RunFacts, target: Path) -> Manifest:
    """Write the pack; the same run and store give the same bytes.

    Args:
        root: the workspace.
        store: holds the run.
        run: of this store.
        target: the zip.

    Raises:
        InputError: it cannot be written, or the workspace's matrix is broken.
    """
    sources = gather_sources(root, store, run)
    try:
        with TemporaryDirectory() as temporary:
            folder = _Folder(Path(temporary))
            _tables(folder, root, store, run, sources)
            _pinned(folder, root, run, sources)
            _checked(folder, sources)
            with store.reading() as connection:
                page = render_report(gather_report(connection, run.run_id, _ITEMS_SHOWN))
            folder.text("report.html", "The run's report.", page)
            missing = tuple(sources.missing)
            text = readme(run.run_id, folder.files, {SIGN_OFF: _SIGN_OFF_ABOUT, SUMS: SUMS_ABOUT})
            folder.text(README, "What is what, and how to check it without Caveat.", text)
            folder.text(SIGN_OFF, _SIGN_OFF_ABOUT, render_sign_off(SignOff(run, sources, folder.files)))
            folder.text(SUMS, SUMS_ABOUT, sums(folder.files))
            manifest = manifest_of(run.run_id, provisional=run.provisional, missing=missing, files=folder.files)
            folder.json(NAME, "", manifest.model_dump(mode="json", by_alias=True))
            write_zip(target, {name: folder.path(name) for name in folder.files})
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", file=target) from None
    return manifest


def _tables(folder: _Folder, root: Path, store: Store, run: RunFacts, sources: Sources) -> None:
    tables = run_tables(store, run)
    for table in tables:
        folder.add(f"tables/{table.name}.jsonl", table.about, lambda path, one=table: write_jsonl_table(one, path))
    matrix = load_matrix(root)
    log = hazard_log(sources.confirmed, sources.rubrics, matrix)
    scored = [log] if matrix is None else [log, matrix_table(matrix)]
    for table in scored:
        folder.add(f"{table.name}.csv", table.about, lambda path, one=table: write_csv_table(one, path))
    sheets, made_at = [*scored, *tables], datetime.fromisoformat(run.started_at)
    said = about(run, sheets, blind=False)
    folder.add("run.xlsx", "All tables and the hazard log.", lambda path: write_workbook(path, sheets, said, made_at))


def _pinned(folder: _Folder, root: Path, run: RunFacts, sources: Sources) -> None:
    """What decided the run's results."""
    folder.json("configuration.json", "The frozen configuration, and its content by hash.", run.config)
    for rubric in sources.rubrics:
        body = rubric.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        folder.json(
            f"rubrics/{rubric.rubric_id}-{rubric.version}.json",
            f"As the run was pinned to it; SHA-256 of its content {rubric.sha256}.",
            body,
        )
    for name, text in sources.prompts.items():
        folder.text(f"prompts/{name}", "As the judges were asked.", text)
    journal = root / RUNS / run.run_id / JOURNAL
    versions = {
        "caveat": version("caveat"),
        "python": platform.python_version(),
        "store_schema": newest_version(),
        "configuration_sha256": run.config_sha256,
        "content_sha256": run.config["content"],
        "judges": [{"judge_id": one.judge_id, "model": one.model, "baseline": one.is_baseline} for one in run.judges],
        "journal": packed(journal, "").model_dump(exclude={"about"}) if journal.exists() else None,
    }
    folder.json("versions.json", "Versions and hashes.", versions)
    folder.json("sbom.cdx.json", "What was installed: CycloneDX 1.6.", bill_of_materials())


def _checked(folder: _Folder, sources: Sources) -> None:
    """What people did, and what was checked of it."""
    folder.add("events.jsonl", "The chain of events: what was done to this run's items in full, of others the links.",
               lambda path: path.write_bytes(_lines(sources.links)))  # fmt: skip
    chain = {
        "verified": not sources.breaks,
        "head": {"seq": sources.head.seq, "sha256": sources.head.sha256},
        "breaks": [{"seq": one.seq, "problem": one.problem} for one in sources.breaks],
    }
    checks = {"chain": chain, "store": sources.verified.as_json()}
    folder.json("verification.json", "The chain's check and its head; every quote and response checked.", checks)
    stops = [{name: getattr(one, name) for name in one.__slots__} for one in sources.stops]
    folder.json("stops.json", "The stop button: each time it was pressed, and lifted.", stops)
    folder.text("hazards-of-caveat.md", "The tool's own hazard log.", sources.tool_hazards)


def _lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
