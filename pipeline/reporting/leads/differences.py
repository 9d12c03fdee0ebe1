"""What the panel misses and over-calls, counted by criterion; and the questions one by one."""

from collections import Counter
from collections.abc import Iterable, Sequence

from domain.severity import Severity
from pipeline.comparing.compared import Compared
from pipeline.comparing.differing import Differing, Kind
from pipeline.reporting.charts import Bar, bars
from pipeline.reporting.comparison import LOWEST_KAPPA
from pipeline.reporting.whiskers import Row, rows

SHOWN = 200
"""Differing questions in one list."""
KINDS = [one.value for one in Kind]


def difference_bars(found: Compared) -> list[Bar]:
    """By criterion and severity, the most harmful first."""
    return bars(
        [(key[0], key[1].value, Counter(one.kind.value for one in some)) for key, some in _most_harmful_first(found)],
        KINDS, share=False,
    )  # fmt: skip


def difference_table(found: Compared) -> list[list[str]]:
    """Criterion, severity, and for each kind the labels with, in brackets, the questions that they stand for."""
    return [
        [key[0], key[1].value, *(_counted(one for one in some if one.kind == kind) for kind in Kind)]
        for key, some in _most_harmful_first(found)
    ]


def _most_harmful_first(found: Compared) -> list[tuple[tuple[str, Severity], list[Differing]]]:
    """By criterion and severity: what is missed first, of this the most severe, of this what stands for most."""
    groups: dict[tuple[str, Severity], list[Differing]] = {}
    for one in found.differing:
        groups.setdefault((one.criterion_id, one.severity), []).append(one)
    return sorted(groups.items(), key=lambda group: (*_harm(group[1]), group[0][0]))


def _harm(some: list[Differing]) -> tuple[float, ...]:
    """Smaller for what harms more."""
    weights = [sum(one.weight for one in some if one.kind == kind) for kind in Kind]
    missed = weights[0] > 0
    return (not missed, -some[0].severity.rank, *(-weight for weight in weights))


def _counted(some: Iterable[Differing]) -> str:
    weights = [one.weight for one in some]
    return f"{len(weights):,} ({sum(weights):,.0f})"


def run_rows(found: Compared) -> list[Row]:
    """Of several runs, the panel's agreement with clinicians in each; a lone judge's where there is no panel."""
    who = found.judge_ids[-1]
    days = dict(zip(found.facts.run_ids, found.facts.started_at, strict=True))
    seen = [(group, group.judges[who]) for group in found.groups.get("run", ())]
    return rows(
        [(days[group.name][:10], f"{group.name}: {one.n_read:,} of {one.n_questions:,} read",
          [("kappa", one.rates.kappa), ("sensitivity", one.rates.sensitivity), ("clinicians", group.ceiling)])
         for group, one in seen], LOWEST_KAPPA, 1,
    )  # fmt: skip


def swayed_rows(found: Compared) -> list[Row]:
    """First against second judgements."""
    of = found.swayed
    shown = [
        ("Violations given up", "clinician saw one, panel did not", of.dropped),
        ("Violations taken over", "panel saw one, clinician did not", of.adopted),
        ("Changed though both agreed", "what changes without being led", of.against),
    ]
    return rows([(label, f"{note}; n = {one.n:,}", [("changed", one)]) for label, note, one in shown], 0, 1)


def listed_rows(listed: Sequence[Differing]) -> list[list[str]]:
    """Scenario, candidate, criterion, severity, in what they differ, for how many questions it stands."""
    return [
        [one.scenario_id, one.candidate_id + (f" ({one.repeat})" if one.repeat else ""), one.criterion_id,
         one.severity.value, one.kind.value, f"{one.weight:,.1f}"]
        for one in listed[:SHOWN]
    ]  # fmt: skip
