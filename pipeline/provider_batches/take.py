"""A batch that is over becomes a file of results: every line checked against what was asked, none taken twice."""

from collections.abc import Set as AbstractSet
from contextlib import aclosing
from pathlib import Path

from domain.errors import BatchError, InputError
from judges.batches.api import BatchApi, BatchState
from judges.client import CallError, Completion
from pipeline.files.whole import whole_file
from pipeline.offline.results import Results, custom_id_of, lines_of
from pipeline.prices import Price


class CutOffError(Exception):
    """A download that is not whole; it can be fetched again."""


async def fetch(api: BatchApi, state: BatchState, asked: AbstractSet[str], target: Path, attempts: int) -> None:
    """The results of a batch that is over, as a file; fetched again where they come cut off.

    Raises:
        CutOffError: no attempt brought them whole.
        CallError: the last attempt was no answer.
        BatchError: a line answers what was not asked.
    """
    raw = target.with_name(f"{target.stem}.download")
    for n_left in reversed(range(attempts)):
        try:
            await _download(api, state, raw)
            sift(raw, asked, state.n_lines, target)
        except (CutOffError, CallError):
            if not n_left:
                raise
        else:
            raw.unlink()
            return


async def _download(api: BatchApi, state: BatchState, raw: Path) -> None:
    with raw.open("wb") as file:
        async with aclosing(api.results(state)) as pieces:
            async for piece in pieces:
                file.write(piece)


def sift(raw: Path, asked: AbstractSet[str], n_lines: int, target: Path) -> None:
    """Write what answers the chunk's requests, the first line for each, as its file of results.

    Args:
        raw: what was downloaded.
        asked: the chunk's custom_ids.
        n_lines: how many results the provider says that there are.
        target: the file of results; it is there whole or not at all.

    Raises:
        CutOffError: a line is broken, or there are too few.
        BatchError: a line answers what was not asked.
    """
    seen: set[str] = set()
    with whole_file(target) as file:
        for custom_id, line in _results(raw):
            if custom_id not in asked:
                raise BatchError(f"{raw}: answers {custom_id!r}, which was not asked; nothing was taken from it")
            if custom_id not in seen:
                seen.add(custom_id)
                file.write(line.rstrip() + b"\n")
        if len(seen) < n_lines:
            raise CutOffError(f"{len(seen):,} of {n_lines:,} results came")


def unanswered(results: Results, asked: AbstractSet[str]) -> list[str]:
    """What is worth asking again: it was not answered, through no fault of the request."""
    return sorted(one for one in asked if _may_pass(results, one))


def cost(results: Results, price: Price | None) -> float:
    """What the answers cost, in USD; 0 where the price is not known."""
    if price is None:
        return 0.0
    said = (said_in(results, one) for one in results)
    return sum(price.usd(one.usage) for one in said if isinstance(one, Completion))


def said_in(results: Results, custom_id: str) -> Completion | CallError:
    """What a result holds."""
    try:
        return results.completion(custom_id)
    except CallError as error:
        return error


def _may_pass(results: Results, custom_id: str) -> bool:
    if custom_id not in results:
        return True
    said = said_in(results, custom_id)
    return isinstance(said, CallError) and said.retryable


def _results(raw: Path) -> list[tuple[str, bytes]]:
    try:
        return [(custom_id_of(line, raw, number), line) for number, _, line in lines_of(raw)]
    except InputError as error:
        raise CutOffError(str(error)) from None
