"""What the rubric commands say to people."""

from pipeline.workbench.check import Checked
from pipeline.workbench.checks.remark import Level
from pipeline.workbench.effect import OPEN, Effect, Flip
from pipeline.workbench.rejudge import Rejudged
from pipeline.workbench.trial import Trial

_EXCERPT = 110
_MOST_FLIPS = 20


def checked_text(found: Checked) -> str:
    """Every remark, the worst first, and the sum."""
    ranked = sorted(found.remarks, key=lambda one: list(Level).index(one.level))
    rows = [one.as_text() for one in ranked]
    counts = ", ".join(_number(found.count(level), level) for level in Level)
    n_criteria = sum(len(one.criteria) for one in found.rubrics)
    criteria = "1 criterion that reads" if n_criteria == 1 else f"{n_criteria} criteria that read"
    return "\n".join([*rows, f"{_number(found.n_files, 'file')}, {criteria}: {counts}."])


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


def effect_text(found: Effect) -> str:
    """What changed, what flips by rule, what must be asked."""
    rows = [f"Run {found.run_id}: {_number(found.n_items, 'response')}, {found.n_unjudged} of them not judged."]
    if not found.changed:
        return "\n".join([*rows, "The rubric is as the run had it: nothing changes."])
    rows += [f"  {one.about:<28}{change}: {change.follows}" for one in found.changed for change in one.changes]
    if found.moved_judges:
        names = ", ".join(found.moved_judges)
        rows.append(f"NOT THE SAME JUDGES: {names}: prompts, examples or settings are others than in the run.")
    go = f"{len(found.flips)} {'response goes' if len(found.flips) == 1 else 'responses go'} elsewhere"
    rows.append(f"\nBy rule alone, without asking anybody, {go}{':' if found.flips else '.'}")
    moves = sorted((move, n) for move, n in found.moves.items() if move[0] != move[1] and move[1] != OPEN)
    rows += [f"  {n:>6} {before} -> {after}" for (before, after), n in moves]
    rows += [f"{_flip(one)}: {one.why[0]}" for one in found.flips[:_MOST_FLIPS]]
    if len(found.flips) > _MOST_FLIPS:
        rows.append(f"  … and {len(found.flips) - _MOST_FLIPS} more (--json lists all)")
    if found.n_verdicts_dropped:
        rows.append(f"{found.n_verdicts_dropped} verdicts of models no longer count.")
    asked = ", ".join(f"{name} on {n}" for name, n in sorted(found.to_ask.items()))
    rows.append(f"\nTo be asked anew: {asked or 'nothing'}.")
    if found.n_open:
        rows.append(f"About {_number(found.n_open, 'response')}: {found.estimate_text()}")
    return "\n".join(rows)


def rejudged_text(anew: Rejudged) -> str:
    """What came of the sample."""
    share = anew.flipped
    rows = [f"\nJudged anew: {anew.n_sample - anew.n_unheard} of a sample of {anew.n_sample}, for {anew.usd:.2f} USD."]
    if share.share is not None:
        of_all = f"{share.share:.0%} (95 % interval {share.low:.0%} to {share.high:.0%})"
        rows.append(f"{len(anew.flips)} go elsewhere, {of_all} of those to be asked about:")
    rows += [_flip(one) for one in anew.flips]
    rows.append(f"{len(anew.verdict_flips)} verdicts differ:")
    for one in anew.verdict_flips:
        place = f"{one.scenario_id}, {one.candidate_id}, {one.criterion_id}"
        rows.append(f"  {place}: {one.judge_id} said {one.before}, says {one.after}: {_short(one.reason)}")
    if anew.n_unheard:
        rows.append(f"INCOMPLETE: the budget did not reach {anew.n_unheard} of them.")
    rows.append("Nothing was written to the store.")
    return "\n".join(rows)


def _number(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _flip(one: Flip) -> str:
    return f"  {one.scenario_id}, {one.candidate_id}: {one.before} -> {one.after}"


def _side(side: str) -> str:
    return "violates" if side == "violates" else "does not violate"


def _short(text: str) -> str:
    bare = " ".join(text.split())
    return bare if len(bare) <= _EXCERPT else f"{bare[:_EXCERPT]}…"
