"""One kept reply: what a journal's entry becomes, and the seal that tells whether it is still what was written."""

import hashlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from domain.item import ResponseOutcome
from domain.record import MAX_TEXT
from judges.client import Completion, Finish, Reused
from pipeline.journal import Entry

Row = tuple[bytes, str, str, bytes, bytes]
"""key, run_id, at, body, seal."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, word for word."""

    text: str
    model: str
    provider_fingerprint: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply, the key of the content that determined it, and the call that it was made for."""

    key: str
    run_id: str
    at: str
    reply: Reply

    def row(self) -> Row:
        """As it stands in the file."""
        body = _REPLY.dump_json(self.reply)
        return bytes.fromhex(self.key), self.run_id, self.at, body, _seal(self.key, self.run_id, self.at, body)

    def completion(self) -> Completion:
        """The reply as a client gives it: nothing was sent, nothing was spent."""
        reply, source = self.reply, Reused(self.run_id, self.at)
        return Completion(
            reply.text, Finish.STOP, reply.model, reply.provider_fingerprint, attempts=0, usd=0.0, reused=source
        )


def kept_of_row(key: str, row: tuple[str, str, bytes, bytes]) -> Kept | None:
    """What a row holds; None where it is not what was written under this key."""
    run_id, at, body, seal = row
    try:
        return Kept(key, run_id, at, _REPLY.validate_json(body)) if seal == _seal(key, run_id, at, body) else None
    except (ValidationError, TypeError, AttributeError):  # somebody's own rows can hold any type
        return None


def kept_of_entry(run_id: str, entry: Entry, names: AbstractSet[tuple[str, str]]) -> Kept | None:
    """The reply of a journal's entry, where it may be reused: it led to a verdict or to a response that can be judged.

    Refused and truncated replies, failures and replies without a verdict are asked for again by the next run.
    """
    match entry["kind"]:
        case "verdict":
            name = ("judge", entry["finding"]["judge_id"])
        case "call" if entry["is_sound"]:
            name = ("judge", entry["judge_id"])
        case "response" if entry["outcome"] == ResponseOutcome.COMPLETED:
            name = ("candidate", entry["candidate_id"])
        case _:
            return None
    call, key = entry.get("call"), entry.get("key")
    if name not in names or not call or not key or "reused" in call or len(call["text"]) >= MAX_TEXT:
        return None
    reply = Reply(call["text"], call["model"], call["provider_fingerprint"])
    return Kept(key, run_id, entry["at"], reply)


def _seal(key: str, run_id: str, at: str, body: bytes) -> bytes:
    return hashlib.sha256(b"\0".join((key.encode(), run_id.encode(), at.encode(), body))).digest()


_REPLY = TypeAdapter(Reply)
