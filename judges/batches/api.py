"""One seam to the providers' batch APIs: a file of requests in, a batch's state and its lines of results out."""

from collections.abc import AsyncGenerator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from judges.client import CallError

_SERVER_FAULT = 500
_MAY_HAVE_ARRIVED = {408, 409}


@dataclass(frozen=True, slots=True)
class ChunkLimits:
    """What one batch may hold."""

    requests: int
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a batch is found again by, if nobody knows whether it was submitted."""

    run: str
    chunk: str
    token: str
    """No other chunk of anybody's has it."""
    since: datetime
    custom_ids: AbstractSet[str]
    others: AbstractSet[str]
    """Batches that are known to be something else."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the provider knows of a chunk; neither field is set where it knows nothing."""

    batch_id: str = ""
    perhaps: tuple[str, ...] = ()
    """Batches of which it cannot be told yet whether they are this one."""


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch as its provider tells of it."""

    batch_id: str
    status: str
    """In the provider's own word."""
    is_over: bool = False
    n_done: int = 0
    n_lines: int = 0
    """Results that must be there when it is over: fewer are a download that was cut off."""
    fault: str = ""
    """Why the batch as a whole was not taken; nothing of it was answered."""
    is_full: bool = False
    """Not taken because too much waits at the provider already: it may be later, or in smaller pieces."""
    files: tuple[str, ...] = ()
    """Where the results are, with providers that keep them in files."""


class SubmissionError(CallError):
    """A batch was not submitted, or nobody knows."""

    def __init__(self, error: CallError, *, is_certain: bool | None = None) -> None:
        status = error.status
        known = status is not None and status < _SERVER_FAULT and status not in _MAY_HAVE_ARRIVED
        self.is_certain = known if is_certain is None else is_certain
        """Whether it is certain that there is no batch: else it must be looked for before it is submitted again."""
        may_pass = error.retryable and self.is_certain
        super().__init__(str(error), status=status, retryable=may_pass, retry_after_s=error.retry_after_s)


class BatchApi(Protocol):
    """One provider's batches, under one key. Every fault is a `CallError`."""

    limits: ChunkLimits

    async def submit(self, path: Path, mark: Mark) -> str:
        """Hand in a file of requests, once; gives the batch's id.

        Raises:
            SubmissionError: it was refused, or nobody knows whether it arrived.
        """
        ...

    async def state(self, batch_id: str) -> BatchState:
        """How the batch stands."""
        ...

    def results(self, state: BatchState) -> AsyncGenerator[bytes]:
        """The results of a batch that is over: its lines, in pieces of any size."""
        ...

    async def find(self, mark: Mark) -> Found:
        """Look for a batch that may have been submitted."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
