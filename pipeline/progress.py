"""Where a run stands: what is finished, what a broken-off process had already paid for, and the counts for people."""

from collections import Counter
from pathlib import Path

from domain.item import ResponseOutcome
from pipeline.journal import Entry, read_entries


class Progress:
    """Read from the journal when a run continues, and kept up to date while it works."""

    def __init__(self) -> None:
        self.finished: set[str] = set()
        self.responses: dict[str, Entry] = {}
        """By item id: responses of items that are not finished."""
        self.findings: dict[str, Entry] = {}
        """By verdict id: findings on items that are not finished."""
        self.n_calls = 0
        """Model calls in the journal, failed ones included."""
        self.usd = 0.0
        """What they cost, as far as prices are known."""
        self.outcomes: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.dispositions: Counter[str] = Counter()
        self.lanes: Counter[str] = Counter()
        self.is_budget_spent = False
        self.run: Entry | None = None

    @property
    def n_call_failures(self) -> int:
        """Calls from which nothing came after every retry."""
        return self.failures["call_failed"] + self.outcomes[ResponseOutcome.CALL_FAILED]

    def count(self, entry: Entry) -> None:
        """Take a new entry into the counts."""
        match entry["kind"]:
            case "response":
                self.outcomes[str(entry["outcome"])] += 1
            case "failure":
                self.failures[str(entry["finding"]["kind"])] += 1
            case "item":
                self.dispositions[str(entry["routed"]["disposition"])] += 1
                if (lane := entry["routed"]["lane"]) is not None:
                    self.lanes[str(lane)] += 1
                self.finished.add(entry["item_id"])
            case _:
                pass
        if entry.get("call") is not None:
            self.n_calls += 1
            self.usd += cost_of(entry)

    def keep(self, entry: Entry) -> None:
        """Hold what is known of an item that is not finished, so that nothing of it is asked again."""
        if entry["kind"] == "response":
            self.responses[entry["item_id"]] = entry
        else:
            self.findings[entry["verdict_id"]] = entry


def cost_of(entry: Entry) -> float:
    """What the call of an entry cost, as far as its price is known."""
    call: Entry = entry.get("call") or {}
    return call.get("usd") or 0.0


def read_progress(journal: Path) -> Progress:
    """Where the run stands by its journal. Only the entries of unfinished items are held in memory."""
    progress = Progress()
    waiting: dict[str, list[Entry]] = {}
    for entry, _ in read_entries(journal):
        progress.count(entry)
        match entry["kind"]:
            case "run":
                progress.run = entry
            case "item":
                waiting.pop(entry["item_id"], None)
            case "response" | "verdict" | "failure":
                waiting.setdefault(entry["item_id"], []).append(entry)
            case _:
                pass
    for entry in (entry for entries in waiting.values() for entry in entries):
        progress.keep(entry)
    return progress
