"""One asking heard out: what the journal holds of it is not asked again, and every new call is journalled at once.

A call that one finding was read from stands in that finding's entry. A call that was followed by another, or that
several findings were read from, stands in an entry of its own, before them: so a crash in between loses nothing.
"""

from typing import Protocol

from domain.verdict import Finding, Verdict
from judges.client import ModelClient, ModelRequest
from judges.judge import Call, Judgement, proceed
from pipeline.asking import Asking
from pipeline.entries import call_of, finding_entry, finding_of, judge_call_entry, verdict_id_of
from pipeline.journal import Entry
from pipeline.progress import Progress


class Write(Protocol):
    """Takes every entry of an item."""

    def __call__(self, entry: Entry, *, is_new: bool) -> None:
        """One entry, and whether it is new to the journal."""
        ...


class Hearing:
    """Has one judge answer one asking about one item.

    Args:
        item_id: the item's.
        asking: who is asked what.
        progress: holds what the journal knew before; what is used is taken out.
        write: takes every entry, old and new.
    """

    def __init__(self, item_id: str, asking: Asking, progress: Progress, write: Write) -> None:
        self._item_id = item_id
        self._asking = asking
        self._progress = progress
        self._write = write
        self._judge_id = asking.judge.spec.judge_id
        self._ids = [verdict_id_of(item_id, self._judge_id, one, asking.repeat) for one in asking.questions]

    def known(self) -> list[Finding] | None:
        """The findings, where the journal holds all of them."""
        held = self._progress.findings
        if not all(one in held for one in self._ids):
            return None
        return [self._take_known(one) for one in self._ids]

    async def heard(self, client: ModelClient | None) -> list[Finding]:
        """The findings, with as many calls as are left to make.

        Args:
            client: None for a judge that makes no call.

        Raises:
            whatever the client raises instead of a failure: calls that ended before are in the journal.
        """
        judging = self._asking.judge.judging(self._asking.questions, self._asking.repeat)
        said = proceed(judging)
        key, call, is_new = "", None, False
        while isinstance(said, ModelRequest):
            assert client is not None, "a judge that makes calls has a client"  # noqa: S101 (for the type checker)
            if call is not None and is_new:
                self._note(key, call, is_sound=True)
            key = said.key(self._asking.judge.spec.address)
            call = self._known_call(key)
            is_new = call is None
            call = call or await client.ask(said)
            said = proceed(judging, call)
        return self._findings(said, key, call if is_new else None)

    def _findings(self, judged: list[Judgement], key: str, call: Call | None) -> list[Finding]:
        if len(judged) > 1 and call is not None:
            self._note(key, call, is_sound=all(isinstance(one.finding, Verdict) for one in judged))
            call = None
        for verdict_id, question, one in zip(self._ids, self._asking.questions, judged, strict=True):
            if verdict_id in self._progress.findings:
                self._take_known(verdict_id)
            else:
                self._write(finding_entry(self._item_id, question, one, call), is_new=True)
        return [one.finding for one in judged]

    def _note(self, key: str, call: Call, *, is_sound: bool) -> None:
        rubric_id = self._asking.questions[0].rubric_id
        self._write(
            judge_call_entry(self._item_id, self._judge_id, rubric_id, key, call, is_sound=is_sound), is_new=True
        )

    def _known_call(self, key: str) -> Call | None:
        entry = self._progress.calls.pop((self._item_id, self._judge_id, key), None)
        if entry is None:
            return None
        self._write(entry, is_new=False)
        return call_of(entry["call"])

    def _take_known(self, verdict_id: str) -> Finding:
        entry = self._progress.findings.pop(verdict_id)
        self._write(entry, is_new=False)
        return finding_of(entry)
