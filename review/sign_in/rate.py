"""How often one address may try to sign in."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from review.ask import Ask, RefusedError

MOST, WITHIN = 20, timedelta(minutes=5)
MOST_SHARED = 60
"""Where guessing is bounded by something else: a whole hospital can come from one address."""
_MOST_ADDRESSES = 10_000


class Rate:
    """Counts tries by address; one for each server, which is one process."""

    def __init__(self, most: int = MOST, within: timedelta = WITHIN) -> None:
        self._most, self._within = most, within
        self._tries: dict[str, deque[datetime]] = {}

    def allows(self, address: str, now: datetime) -> bool:
        """Count a try, unless there were too many."""
        if len(self._tries) > _MOST_ADDRESSES:
            self._forget(lambda tries: not tries or tries[-1] < now - self._within)
        tries = self._tries.setdefault(address, deque())
        while tries and tries[0] < now - self._within:
            tries.popleft()
        if len(tries) >= self._most:
            return False
        tries.append(now)
        return True

    def refuse_too_many(self, ask: Ask) -> None:
        """Count a try by where it comes from.

        Raises:
            RefusedError: there were too many.
        """
        if not self.allows(ask.client, ask.now):
            raise RefusedError(429, "Too many attempts to sign in. Try again in a few minutes")

    def _forget(self, is_old: Callable[[deque[datetime]], bool]) -> None:
        self._tries = {address: tries for address, tries in self._tries.items() if not is_old(tries)}
