"""Which calls may be spared, and the client that spares them: outside of pace, retries, circuit and purse."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, Self

from domain.model import Candidate, JudgeSpec
from judges.client import CallFailure, Completion, ModelClient, ModelRequest
from pipeline.cache.kept import Kept, kept_of_entry
from pipeline.cache.replies import Note, NotOursError, ReplyFile, is_damage, open_replies, set_aside
from pipeline.config import Cache, Config
from pipeline.entries import now
from pipeline.journal import read_entries
from pipeline.panel import ClientSource

Find = Callable[[Candidate | JudgeSpec, ModelRequest], Completion | None]
"""From whom to ask what, to the reply that is known already."""

_MOST_BYTES = 1024 * 1024
"""Of journal in one transaction, as many as the store takes."""


def without_cache(config: Config) -> Config:
    """The same configuration, with every call to be made."""
    return config.model_copy(update={"cache": config.cache.model_copy(update={"enabled": False})})


def may_reuse(rule: Cache, endpoint: Candidate | JudgeSpec) -> bool:
    """Whether this endpoint's calls may be spared; its own word counts before the run's."""
    if not rule.enabled or not endpoint.is_remote:
        return False
    if endpoint.cache is not None:
        return endpoint.cache
    if isinstance(endpoint, Candidate):
        return rule.candidates and endpoint.repeats == 1
    return rule.judges


@dataclass(frozen=True, slots=True)
class Reusable:
    """The replies that a run may reuse: where they lie, and of what time they are."""

    path: Path
    since: str
    before: str
    """When the run began, so that nothing depends on who was faster."""

    def find(self, replies: ReplyFile, key: str) -> Completion | None:
        """An earlier run's reply to the call with this key, in the file opened."""
        kept = replies.get(key)
        return kept.completion() if kept is not None and self.since <= kept.at < self.before else None


def reusable_of(config: Config, root: Path, begun: str) -> Reusable:
    """What a run that began then may reuse."""
    oldest = datetime.fromisoformat(begun) - timedelta(days=config.cache.max_age_days)
    return Reusable(root / config.cache.path, oldest.isoformat(timespec="microseconds"), begun)


class Lookup(Protocol):
    """Earlier runs' replies, as a client asks for them."""

    def serves(self, endpoint: Candidate | JudgeSpec) -> bool:
        """Whether any reply may stand in for this endpoint's calls."""
        ...

    async def find(self, key: str) -> Completion | None:
        """An earlier run's reply to the call with this key."""
        ...


class CallCache:
    """A run's view of the kept replies.

    Whatever is wrong with the file, the run goes on without it and pays for its calls. Use as an async context manager.
    """

    def __init__(self, config: Config, root: Path, journal: Path, begun: str, note: Note) -> None:
        self._rule = config.cache
        self._reusable = reusable_of(config, root, begun)
        self._journal = journal
        self._note = note
        self._feeding = threading.Lock()
        self._names = {
            ("candidate", one.candidate_id) if isinstance(one, Candidate) else ("judge", one.judge_id)
            for one in (*config.candidates, *config.judges)
            if may_reuse(config.cache, one)
        }
        self._replies: ReplyFile | None = None
        self._failed = False
        self._has_any = False
        self._fed = 0
        """How far the journal has been read."""

    async def __aenter__(self) -> Self:
        self._replies = open_replies(self._reusable.path, self._note) if self._names else None
        if self._replies is not None:
            try:
                self._look(self._replies)
            except sqlite3.Error as error:
                self._give_up(error)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.feed)
        if self._replies is not None:
            self._replies.close()

    def _look(self, replies: ReplyFile) -> None:
        replies.prune(self._reusable.since)
        self._has_any = replies.has_any(self._reusable.since, self._reusable.before)
        self._fed = replies.offset(self._journal_id)

    @property
    def reusable(self) -> Reusable | None:
        """For whoever looks up elsewhere; None where there is nothing to be found."""
        return self._reusable if self._has_any else None

    def serves(self, endpoint: Candidate | JudgeSpec) -> bool:
        """Whether any reply may stand in for this endpoint's calls."""
        return self._has_any and may_reuse(self._rule, endpoint)

    async def find(self, key: str) -> Completion | None:
        """An earlier run's reply to the call with this key."""
        if self._replies is None or self._failed:
            return None
        try:
            return self._reusable.find(self._replies, key)
        except sqlite3.Error as error:
            self._give_up(error)
            return None

    def feed(self) -> None:
        """Keep what the run's journal holds since the last time. May run beside the event loop."""
        with self._feeding:
            try:
                while self._replies is not None and not self._failed and self._feed_once(self._replies):
                    pass
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)

    def _feed_once(self, replies: ReplyFile) -> bool:
        """One transaction; whether there may be more."""
        found: list[Kept] = []
        end = self._fed
        for entry, after in read_entries(self._journal, self._fed, _MOST_BYTES):
            end = after
            if (kept := kept_of_entry(self._journal.parent.name, entry, self._names)) is not None:
                found.append(kept)
        if end == self._fed:
            return False
        replies.feed(found, self._journal_id, end, self._reusable.since)
        self._fed = end
        return True

    @property
    def _journal_id(self) -> str:
        return f"{self._journal.parent.name} {self._reusable.before}"

    def _give_up(self, error: sqlite3.Error | OSError) -> None:
        """No more reuse in this run; what is damaged is out of the way of the next."""
        self._failed, self._has_any = True, False
        aside = ""
        with suppress(OSError):
            aside = f"; it was set aside as {set_aside(self._reusable.path)}" if is_damage(error) else ""
        self._note(f"the cache {self._reusable.path} failed ({error}){aside}; the calls that were left were all made")


@contextmanager
def looking_up(config: Config, root: Path) -> Generator[Find]:
    """What a run that began now would reuse. Changes nothing; where the file cannot serve, nothing is found."""
    reusable, replies = reusable_of(config, root, now()), None
    if reusable.path.exists() and any(may_reuse(config.cache, one) for one in (*config.candidates, *config.judges)):
        with suppress(sqlite3.Error, NotOursError):
            replies = ReplyFile(reusable.path, read_only=True)

    def find(endpoint: Candidate | JudgeSpec, request: ModelRequest) -> Completion | None:
        if replies is None or not may_reuse(config.cache, endpoint):
            return None
        with suppress(sqlite3.Error):
            return reusable.find(replies, request.key(endpoint.address))
        return None

    try:
        yield find
    finally:
        if replies is not None:
            replies.close()


class ReusingClients:
    """The run's clients, each asking only what no earlier run was told already."""

    def __init__(self, clients: ClientSource, kept: Lookup) -> None:
        self._clients = clients
        self._kept = kept

    def for_candidate(self, candidate: Candidate) -> ModelClient:
        """A client that answers as this candidate."""
        return self._reusing(self._clients.for_candidate(candidate), candidate)

    def for_judge(self, spec: JudgeSpec) -> ModelClient:
        """A client for a model judge."""
        return self._reusing(self._clients.for_judge(spec), spec)

    def _reusing(self, client: ModelClient, endpoint: Candidate | JudgeSpec) -> ModelClient:
        return _ReusingClient(client, self._kept, endpoint.address) if self._kept.serves(endpoint) else client


class _ReusingClient:
    def __init__(self, client: ModelClient, kept: Lookup, address: str) -> None:
        self._client = client
        self._kept = kept
        self._address = address

    async def ask(self, request: ModelRequest) -> Completion | CallFailure:
        """An earlier run's reply to the very same call; else the endpoint's."""
        return await self._kept.find(request.key(self._address)) or await self._client.ask(request)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()
