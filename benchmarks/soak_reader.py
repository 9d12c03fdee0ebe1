"""A clinician of the soak: comes through the organisation's proxy every day, and reads until nothing waits."""

import hashlib
from dataclasses import dataclass, field

from tests.month import UNSAFE
from tests.review.browser import Client, Reply

_CHANGES, _UNSURE = 0.1, 0.05
"""Shares of items on which somebody changes their judgement after the reveal, or asks for a second reader."""


@dataclass
class Reader(Client):
    """One person's browser, and what they were told had been kept."""

    who: str = ""
    locked: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Item and person of every judgement whose lock was acknowledged."""
    changed: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    failed: list[str] = field(default_factory=list[str])
    n_sent: int = 0

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        """As the proxy hands it on."""
        reply = super().send(method, path, body, **headers, X_Person=self.who)
        self.seen.clear()
        self.n_sent += 1
        if reply.status not in {200, 303}:
            self.failed.append(f"{self.who}: {method} {path}: {reply.status}")
        return reply

    def read_all(self, day: int) -> tuple[int, int]:
        """A day's work; gives how many pages were asked for and how many items read."""
        before, n_read = self.n_sent, 0
        self.get("/sign-in")
        self.post("/sign-in/header")
        self.get("/")
        while (item := self.post("/queue/next").to).startswith("/items/"):
            self._read(item, day)
            n_read += 1
        if day % 10 == 0:
            self.get("/own-work")
        return self.n_sent - before, n_read

    def _read(self, item: str, day: int) -> None:
        item_id = item.removeprefix("/items/")
        violated = UNSAFE in self.get(item).text
        for path in ("/criteria/1", "/overall", "/check"):
            self.get(item + path)
        if self._chance("unsure", item_id, day) < _UNSURE:
            self.post(f"{item}/aside", kind="unsure", reason="A colleague should read this as well")
        self.judge(item_id, "violated" if violated else "satisfied")
        if self.post(f"{item}/lock").to == f"{item}/reveal":
            self.locked.add((item_id, self.who))
        self.get(f"{item}/reveal")
        changes = self._chance("changes", item_id, day) < _CHANGES
        fields = _changed(violated=violated) if changes else {}
        if self.post(f"{item}/reveal", **fields).to == f"{item}/done" and changes:
            self.changed.add((item_id, self.who))
        self.get(f"{item}/done")

    def _chance(self, *of: object) -> float:
        """In 0-1, the same for the same question."""
        return int.from_bytes(hashlib.sha256(repr((self.who, *of)).encode()).digest()[:8], "big") / 2**64


def _changed(*, violated: bool) -> dict[str, str]:
    """The other answer, as the form has it."""
    other = {"choice-1": "satisfied"} if violated else {"choice-1": "violated", "severity-1": "minor"}
    return {**other, "because-1": "On reflection, having seen what was said"}
