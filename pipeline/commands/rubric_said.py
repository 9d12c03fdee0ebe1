"""What the rubric commands say to people."""

from pipeline.workbench.check import Checked
from pipeline.workbench.checks.remark import Level
from pipeline.workbench.trial import Trial

_EXCERPT = 110


def checked_text(found: Checked) -> str:
    """Every remark, the worst first, and the sum."""
    ranked = sorted(found.remarks, key=lambda one: list(Level).index(one.level))
    rows = [one.as_text() for one in ranked]
    counts = [f"{found.count(level)} {level}s" for level in Level]
    n_criteria = sum(len(one.criteria) for one in found.rubrics)
    files = f"{found.n_files} {'file' if found.n_files == 1 else 'files'}"
    return "\n".join([*rows, f"{files}, {n_criteria} criteria that read: {', '.join(counts)}."])


def trial_text(trial: Trial, who: str) -> str:
    """How the examples were judged: a row for each criterion, then those that were not judged as they should be."""
    rows = [f"\nExamples put to {who}: {len(trial.tried)}, of which {len(trial.missed)} are judged as the other side."]
    rows.append(f"  {'criterion':<16}{'examples':>10}{'as it should be':>18}{'left open':>12}{'misjudged':>12}")
    for criterion_id, counts in trial.counts().items():
        n_open = counts["open"] + counts["unheard"]
        rows.append(f"  {criterion_id:<16}{counts.total():>10}{counts['right']:>18}{n_open:>12}{counts['missed']:>12}")
    for one in trial.missed:
        rows.append(f"  {one.criterion_id}, an example that {_side(one.side)}: {_short(one.text)!r}")
        rows += [f"    {who} says {what.replace('_', ' ')}: {_short(why)}" for who, what, why in one.said]
    if any(one.found == "open" and one.needs_case for one in trial.tried):
        rows.append(
            "  Examples have no case: where a criterion rests on stated facts, a judge may rightly not be able to tell."
        )
    return "\n".join(rows)


def _side(side: str) -> str:
    return "violates" if side == "violates" else "does not violate"


def _short(text: str) -> str:
    bare = " ".join(text.split())
    return bare if len(bare) <= _EXCERPT else f"{bare[:_EXCERPT]}…"
