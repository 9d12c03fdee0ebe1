"""The driver's book: which items wait, which worker has which, what is known of them, and whose the money is.

Pure: no clock, no network. What a lost worker had is handed out again with every entry that reached the driver.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from domain.item import Item
from domain.routing import NO_CLEARANCE, Clearance
from pipeline.cluster.parcel import Chunk, Ended
from pipeline.items import Source
from pipeline.journal import Entry
from pipeline.progress import cost_of


@dataclass(slots=True)
class _Open:
    """An item that is not finished."""

    item: Item
    source: Source
    known: list[Entry]
    chunk_id: int = 0


@dataclass(slots=True)
class _Out:
    """A chunk that a worker has."""

    worker: int
    item_ids: list[str]
    usd: float | None
    has_all_money: bool
    spent_usd: float = 0.0

    @property
    def set_aside(self) -> float:
        """What it may still spend."""
        return max(0.0, (self.usd or 0.0) - self.spent_usd)


@dataclass(frozen=True, slots=True)
class Measure:
    """How much is handed out at once."""

    items: int
    """In a chunk."""
    chunks: int
    """With one worker."""
    workers: int


@dataclass(slots=True)
class Ledger:
    """Hands out chunks and takes back what came of them."""

    items: Iterator[tuple[Item, Source]]
    known: Mapping[str, list[Entry]]
    """By item id: what a process that was broken off had already paid for."""
    measure: Measure
    cap_usd: float | None = None
    """What may still be spent."""
    clearance: Callable[[], Clearance] = lambda: NO_CLEARANCE
    """What may clear at this moment."""
    is_spent: bool = False
    """Not even all the money that is left, given to one chunk, reached for the next call."""
    _n_chunks: int = 0
    _most_out: int = 0
    _is_exhausted: bool = False
    _again: deque[_Open] = field(default_factory=deque[_Open])
    _open: dict[str, _Open] = field(default_factory=dict[str, _Open])
    _out: dict[int, _Out] = field(default_factory=dict[int, _Out])

    def __post_init__(self) -> None:
        self._most_out = self.measure.chunks * self.measure.workers

    @property
    def n_out(self) -> int:
        """Chunks that workers have."""
        return len(self._out)

    @property
    def is_done(self) -> bool:
        """Nothing is out, and nothing can be handed out any more."""
        return not self._out and (self.is_spent or (self._is_exhausted and not self._again))

    def take(self, worker: int) -> list[Chunk]:
        """As many chunks as this worker may have now."""
        room = self.measure.chunks - sum(out.worker == worker for out in self._out.values())
        found: list[Chunk] = []
        while len(found) < room and len(self._out) < self._most_out and (chunk := self._chunk(worker)):
            found.append(chunk)
        return found

    def note(self, entry: Entry) -> None:
        """An entry has reached the journal."""
        if (work := self._open.get(entry.get("item_id", ""))) is None:
            return
        out = self._out.get(work.chunk_id)
        if out is not None:
            usd = cost_of(entry)
            out.spent_usd += usd
            self._pay(usd)
        if entry["kind"] == "item":
            del self._open[entry["item_id"]]
        else:
            work.known.append(entry)

    def end(self, ended: Ended) -> None:
        """A worker does nothing more on a chunk; what is not finished waits again."""
        out = self._out.pop(ended.chunk_id)
        self._put_back(out.item_ids)
        if ended.is_spent:
            self.is_spent = self.is_spent or out.has_all_money
            self._most_out = max(1, self._most_out // 2)  # fewer chunks, so that each has more of what is left

    def lose(self, worker: int) -> None:
        """A worker is gone, and with it its calls in flight."""
        for chunk_id in [chunk_id for chunk_id, out in self._out.items() if out.worker == worker]:
            self._put_back(self._out.pop(chunk_id).item_ids)

    def _chunk(self, worker: int) -> Chunk | None:
        if self.is_spent or not (work := self._next_items()):
            return None
        self._n_chunks += 1
        has_all_money = self._most_out == 1
        usd = None if self.cap_usd is None else self._unassigned() / (self._most_out - len(self._out))
        for one in work:
            one.chunk_id = self._n_chunks
            self._open[one.item.item_id] = one
        self._out[self._n_chunks] = _Out(worker, [one.item.item_id for one in work], usd, has_all_money)
        known = [entry for one in work for entry in one.known]
        return Chunk(self._n_chunks, [(one.item, one.source) for one in work], known, usd, self.clearance())

    def _next_items(self) -> list[_Open]:
        found: list[_Open] = []
        while self._again and len(found) < self.measure.items:
            found.append(self._again.popleft())
        while not self._is_exhausted and len(found) < self.measure.items:
            if (one := next(self.items, None)) is None:
                self._is_exhausted = True
            else:
                found.append(_Open(*one, known=list(self.known.get(one[0].item_id, ()))))
        return found

    def _put_back(self, item_ids: Iterable[str]) -> None:
        self._again.extend(work for one in item_ids if (work := self._open.pop(one, None)) is not None)

    def _pay(self, usd: float) -> None:
        if self.cap_usd is not None:
            self.cap_usd -= usd

    def _unassigned(self) -> float:
        """Money that no chunk has."""
        return max(0.0, (self.cap_usd or 0.0) - sum(out.set_aside for out in self._out.values()))
