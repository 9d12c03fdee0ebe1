"""What a pack is made of, read from store and workspace; what should be there and is not is named."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.errors import InputError
from domain.rubric import Rubric
from judges.prompt import load_prompts
from pipeline.config import PromptFiles
from pipeline.exporting.labels import fetch_run_labels
from pipeline.files.text import read_text
from pipeline.packing.chain import Link, chain_breaks, links_of
from pipeline.packing.confirmed import Confirmed, confirmed_violations
from pipeline.store.connection import Store
from pipeline.store.events import Break, Head, fetch_chain, fetch_head
from pipeline.store.exports import (
    exported_adjudications,
    exported_judgements,
    exported_standing,
)
from pipeline.store.results import RunFacts, fetch_whole_rubrics
from pipeline.store.stops import StopRow, fetch_stops
from pipeline.verifying.checks import Verified, verify_store
from pipeline.workspace import starter

_HAZARDS = "hazards.md"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the run people have read."""

    n: int
    n_read: int
    n_unread: int
    """Not cleared, and read by nobody: a gap, and no clearance."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that is small enough to hold."""

    rubrics: list[Rubric]
    confirmed: list[Confirmed]
    n_labels_left_out: int
    """Imported labels that may be of another run's words: they confirm nothing."""
    coverage: Coverage
    links: list[Link]
    head: Head
    breaks: list[Break]
    verified: Verified
    stops: list[StopRow]
    prompts: dict[str, str]
    """By name; empty where the workspace's are no longer the run's."""
    tool_hazards: str
    missing: list[str] = field(default_factory=list[str])


def gather_sources(root: Path, store: Store, run: RunFacts) -> Sources:
    """Read everything but the run's tables.

    Raises:
        StoreError: the store cannot be read.
    """
    judgements = exported_judgements(store, run.run_id)
    standing = exported_standing(store, run.run_id)
    with store.reading() as connection:
        rubrics, stops = fetch_whole_rubrics(connection, run), fetch_stops(connection)
        items, labels = {item_id for item_id, _ in standing}, fetch_run_labels(connection, run.run_id)
        links, head = list(links_of(fetch_chain(connection), items)), fetch_head(connection)
    prompts, missing = _prompts(root, run.config)
    return Sources(
        rubrics=rubrics,
        confirmed=confirmed_violations(judgements, exported_adjudications(store, run.run_id), labels.imported),
        n_labels_left_out=labels.n_left_out,
        coverage=_coverage(standing, {row["item_id"] for row in judgements}),
        links=links,
        head=head,
        breaks=chain_breaks(links),
        verified=verify_store(store, run.run_id),
        stops=stops,
        prompts=prompts,
        tool_hazards=read_hazards(),
        missing=[*missing, *_missing_rubrics(run.config, rubrics)],
    )


def read_hazards() -> str:
    """The tool's own hazard log."""
    return starter("docs").joinpath(_HAZARDS).read_text(encoding="utf-8")


def _coverage(standing: Iterable[tuple[str, str | None]], read: Collection[str]) -> Coverage:
    rows = list(standing)
    unread = sum(disposition != "cleared" and item_id not in read for item_id, disposition in rows)
    return Coverage(len(rows), sum(item_id in read for item_id, _ in rows), unread)


def _prompts(root: Path, config: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """The run's prompts, and what of them is missing: a run is pinned to their hash, and keeps no copy of them."""
    expected = config["content"].get("prompts")
    if expected is None:
        return {}, ["prompts: none of this run's are known; its verdicts were imported"]
    names: dict[str, str] = PromptFiles.model_validate(config["config"].get("prompts") or {}).model_dump()
    try:
        texts = {f"{name}.md": read_text(root / path) for name, path in names.items()}
        found = load_prompts(texts).sha256
    except InputError as error:
        return {}, [f"prompts (SHA-256 {expected}): {error}"]
    if found != expected:
        return {}, [f"prompts (SHA-256 {expected}): those in the workspace are others by now (SHA-256 {found})"]
    return texts, []


def _missing_rubrics(config: Mapping[str, Any], rubrics: Iterable[Rubric]) -> list[str]:
    there = {one.sha256 for one in rubrics}
    pinned = {name: sha for name, sha in config["content"].items() if name.startswith("rubric ")}
    return [f"{name} (SHA-256 {sha}): not in the store" for name, sha in pinned.items() if sha not in there]
