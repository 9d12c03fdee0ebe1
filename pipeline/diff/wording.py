"""Two runs side by side in words, the same on a terminal and on the page."""

from pipeline.diff.altered import Alterations, Same
from pipeline.diff.diffed import Diff
from pipeline.diff.spent import Sum

FLAGS = (
    "Flags: share of responses with a violation by the word of the judges' panel, on what both runs asked; beside them "
    "what is in doubt as well, and what could not be judged (refused, empty, truncated). Above 0 there are more in the "
    "second run. p is exact, over scenarios, and corrected for looking at all severities, all rubrics or all criteria "
    "of every candidate (Holm); intervals are 95 %, before any correction."
)
FAILURES = (
    "Failures: share of responses that clinicians call violated, weighted by 1/π, on the scenarios of both runs. "
    "Above 0 there are more in the second run."
)
FLAGS_ARE_JUDGES = "Flags are the judges' word, not clinicians': a judge that changed moves them too."


def headline(of: Diff) -> str:
    """What is set beside what."""
    sides = [f"{one.run_id} ({one.run.started_at[:10]})" for one in (of.after, of.before)]
    return f"Run {sides[0]} less run {sides[1]}: {of.n_pairs:,} questions that both asked."


def alterations(of: Alterations) -> list[str]:
    """What is not the same, a line each."""
    lines = [f"{one.what} {one.name}: {one.how}".replace(" :", ":") for one in of.found]
    if not lines:
        lines = ["prompts, rubrics, judges, candidates and policy are the same"]
    return [*lines, f"scenarios: {_same(of.scenarios)}", f"responses: {_same(of.responses)}"]


def _same(one: Same) -> str:
    counts = {"the same": one.same, "changed": one.changed, "only in the first run": one.only_before,
              "only in the second": one.only_after}  # fmt: skip
    return ", ".join(f"{n:,} {what}" for what, n in counts.items() if n) or "none"


def cost(one: Sum) -> str:
    """Calls, and what they cost."""
    usd = "price unknown" if one.usd is None else f"{one.usd:.2f} USD"
    reused = f", {one.n_reused:,} reused" if one.n_reused else ""
    return f"{one.n_calls:,} calls{reused}, {one.tokens:,} tokens, {usd}"
