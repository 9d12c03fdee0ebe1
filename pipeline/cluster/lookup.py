"""Earlier runs' replies for workers elsewhere: the file lies on the driver's disk, and is read where it lies."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.model import Candidate, JudgeSpec
from judges.client import Completion
from pipeline.cache.replies import ReplyFile
from pipeline.cache.reuse import Reusable, may_reuse
from pipeline.config import Cache

AskKept = Callable[[str], Awaitable[Completion | None]]
"""From a call's key to an earlier run's reply. Where it cannot be asked there is none, and the call is made."""


class KeptReplies:
    """Looks replies up for all workers. Knows nothing of Ray: `ray_cluster` makes an actor of it.

    Raises:
        sqlite3.Error: the file cannot be opened.
    """

    def __init__(self, reusable: Reusable) -> None:
        self._reusable = reusable
        self._replies = ReplyFile(reusable.path, read_only=True)

    def find(self, key: str) -> Completion | None:
        """An earlier run's reply to the call with this key."""
        return self._reusable.find(self._replies, key)


@dataclass(frozen=True, slots=True)
class LookupElsewhere:
    """What a worker sees of them."""

    rule: Cache
    ask: AskKept

    def serves(self, endpoint: Candidate | JudgeSpec) -> bool:
        """Whether any reply may stand in for this endpoint's calls."""
        return may_reuse(self.rule, endpoint)

    async def find(self, key: str) -> Completion | None:
        """An earlier run's reply to the call with this key."""
        return await self.ask(key)
