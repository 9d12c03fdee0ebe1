"""Where a run stands: what is finished, what a broken-off process had already paid for, and the counts for people."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from domain.item import ResponseOutcome
from domain.verdict import Verdict
from pipeline.journal import MISSHAPEN, Entry, damaged, read_entries

_KEPT = ("kind", "verdict_id", "finding")
"""Of a finding that waits in memory; the judge's whole reply is in the journal."""

BATCH = "batch"
"""The road of calls that came by a provider's batch."""


@dataclass(slots=True)
class Tally:
    """What the journal holds of one candidate or judge."""

    n_done: int = 0
    """Responses or findings, however they ended."""
    n_settled: int = 0
    """Those of them that are of finished items."""
    n_retries: int = 0
    tokens: int = 0
    """In and out together."""
    usd: float = 0.0
    failures: Counter[str] = field(default_factory=Counter[str])
    """What could not be had, by kind: judge failures, or response outcomes other than completed."""

    def add(self, entry: Entry, failure: str) -> None:
        """One more response or finding; `failure` is empty where there is none."""
        self.n_done += 1
        if failure:
            self.failures[failure] += 1
        self.spend(entry)

    def spend(self, entry: Entry) -> None:
        """What the entry's call used, where it holds one."""
        if (call := entry.get("call")) is not None:
            self.n_retries += call.get("attempts", 1) - 1
            self.tokens += call.get("input_tokens", 0) + call.get("output_tokens", 0)
            self.usd += call.get("usd") or 0.0


class Progress:
    """Read from the journal when a run continues, and kept up to date while it works."""

    def __init__(self) -> None:
        self.finished_before: set[str] = set()
        """Ids of the items that were finished when the run was continued: it works on the others."""
        self.n_finished = 0
        self.responses: dict[str, Entry] = {}
        """By item id: responses of items that are not finished."""
        self.findings: dict[str, Entry] = {}
        """By verdict id: findings on items that are not finished."""
        self.calls: dict[tuple[str, str, str], Entry] = {}
        """By item, judge and key: judges' calls on items that are not finished, which stand apart from findings."""
        self.n_calls = 0
        """Model calls in the journal, failed ones included."""
        self.n_reused = 0
        """Calls that were not made, because an earlier run's reply stood in for them."""
        self.usd = 0.0
        """What they cost, as far as prices are known."""
        self.batch_usd = 0.0
        """Of that, what came by providers' batches."""
        self.n_batches_pending = 0
        """Batches that the providers have not ended."""
        self.outcomes: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.dispositions: Counter[str] = Counter()
        self.lanes: Counter[str] = Counter()
        self.tallies: defaultdict[str, Tally] = defaultdict(Tally)
        """By whom: `candidate a`, `judge j`."""
        self.is_budget_spent = False
        self.notes: list[str] = []
        """Sentences for people about what went otherwise than they may expect, without stopping the run."""
        self.run: Entry | None = None
        self._open: dict[str, list[Tally]] = {}
        """By item id: who has had a response or finding counted on an item that is not finished."""

    @property
    def n_call_failures(self) -> int:
        """Calls from which nothing came after every retry."""
        return self.failures["call_failed"] + self.outcomes[ResponseOutcome.CALL_FAILED]

    def hold(self, entries: Iterable[Entry]) -> None:
        """Have the entries of an unfinished item at hand."""
        for entry in entries:
            if entry["kind"] == "response":
                self.responses[entry["item_id"]] = entry
            elif entry["kind"] == "call":
                self.calls[entry["item_id"], entry["judge_id"], entry["key"]] = entry
            else:
                self.findings[entry["verdict_id"]] = {name: entry[name] for name in _KEPT}

    def count(self, entry: Entry) -> None:
        """Take a new entry into the counts."""
        match entry["kind"]:
            case "response":
                outcome = str(entry["outcome"])
                self.outcomes[outcome] += 1
                self._tally(
                    f"candidate {entry['candidate_id']}", entry, "" if outcome == ResponseOutcome.COMPLETED else outcome
                )
            case "verdict":
                self._tally(f"judge {_judge_of(entry)}", entry, "")
            case "failure":
                kind = str(entry["finding"]["kind"])
                self.failures[kind] += 1
                self._tally(f"judge {_judge_of(entry)}", entry, kind)
            case "call":
                self.tallies[f"judge {entry['judge_id']}"].spend(entry)
            case "item":
                self._finish(entry)
            case _:
                pass
        if (call := entry.get("call")) is not None:
            self.n_calls += "reused" not in call
            self.n_reused += "reused" in call
            self.usd += cost_of(entry)
            self.batch_usd += cost_of(entry) if call.get("road") == BATCH else 0.0

    def _tally(self, who: str, entry: Entry, failure: str) -> None:
        tally = self.tallies[who]
        tally.add(entry, failure)
        self._open.setdefault(entry["item_id"], []).append(tally)

    def _finish(self, entry: Entry) -> None:
        self.dispositions[str(entry["routed"]["disposition"])] += 1
        if (lane := entry["routed"]["lane"]) is not None:
            self.lanes[str(lane)] += 1
        self.n_finished += 1
        for tally in self._open.pop(entry["item_id"], ()):
            tally.n_settled += 1


def _judge_of(entry: Entry) -> str:
    """A fresh verdict stands in its entry as it is, one from the journal as a table."""
    finding = entry["finding"]
    return finding.judge_id if isinstance(finding, Verdict) else finding["judge_id"]


def cost_of(entry: Entry) -> float:
    """What the call of an entry cost, as far as its price is known."""
    call: Entry = entry.get("call") or {}
    return call.get("usd") or 0.0


def read_progress(journal: Path) -> Progress:
    """Where the run stands by its journal. Only the entries of unfinished items are held in memory.

    Raises:
        InputError: the journal is damaged.
    """
    progress = Progress()
    waiting: dict[str, list[Entry]] = {}
    end = 0
    try:
        for entry, end in read_entries(journal):  # noqa: B007 (said where it breaks off)
            _take_in(progress, waiting, entry)
        for entries in waiting.values():
            progress.hold(entries)
    except MISSHAPEN as error:
        raise damaged(journal, end, error) from None
    return progress


def _take_in(progress: Progress, waiting: dict[str, list[Entry]], entry: Entry) -> None:
    progress.count(entry)
    match entry["kind"]:
        case "run":
            progress.run = entry
        case "item":
            progress.finished_before.add(entry["item_id"])
            waiting.pop(entry["item_id"], None)
        case "response" | "call" | "verdict" | "failure":
            waiting.setdefault(entry["item_id"], []).append(entry)
        case _:
            pass
