"""What is not the same in two runs, by the hashes that each was pinned to."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from domain.model import HOW_IT_IS_REACHED
from domain.rubric import Rubric
from pipeline.diff.side import Side
from pipeline.inputs import RECOGNISER

_SHOWN = ("provider", "model", "params", "repeats", "stage", "family")
"""Keys of a judge or candidate whose values are short, and no clinical text."""


class Altered(NamedTuple):
    """One thing that differs."""

    what: str
    """prompts, rubric, judge, candidate, script, policy or identifiers."""
    name: str
    """Which one; empty where there is one alone."""
    how: str


class Same(NamedTuple):
    """How much of what was asked is the same, by hash."""

    same: int
    changed: int
    only_before: int
    only_after: int


class Alterations(NamedTuple):
    """All that differs, and counts of scenarios and responses."""

    found: list[Altered]
    scenarios: Same
    responses: Same


def altered(before: Side, after: Side) -> Alterations:
    """Everything that decides results and differs."""
    found = [
        *_prompts(before, after),
        *_rubrics(before.rubrics, after.rubrics),
        *_judges(before, after),
        *_candidates(before, after),
        *_scripts(before, after),
        *_policy(before, after),
        *_recognisers(before, after),
    ]
    scenarios = _same(before.scenario_hashes, after.scenario_hashes)
    responses = _same(*({one.key: one.body_sha256 for one in side.pins} for side in (before, after)))
    return Alterations(found, scenarios, responses)


def _prompts(before: Side, after: Side) -> Iterable[Altered]:
    if before.content.get("prompts") != after.content.get("prompts"):
        yield Altered("prompts", "", "the judges' prompts are not the same")


def _rubrics(before: list[Rubric], after: list[Rubric]) -> Iterable[Altered]:
    old, new = ({one.rubric_id: one for one in some} for some in (before, after))
    for name in sorted(old.keys() | new.keys()):
        one, other = old.get(name), new.get(name)
        if one is None or other is None:
            yield Altered("rubric", name, "only in the second run" if one is None else "only in the first run")
        elif one.sha256 != other.sha256:
            yield Altered("rubric", name, _criteria(one, other))


def _criteria(one: Rubric, other: Rubric) -> str:
    old, new = ({each.criterion_id: each.sha256 for each in some.criteria} for some in (one, other))
    said = {
        "changed": [name for name in new if name in old and old[name] != new[name]],
        "added": [name for name in new if name not in old],
        "removed": [name for name in old if name not in new],
    }
    parts = [f"{', '.join(names)} {how}" for how, names in said.items() if names] or ["no criterion changed"]
    version = one.version if one.version == other.version else f"{one.version} to {other.version}"
    return f"version {version}: {'; '.join(parts)}"


def _judges(before: Side, after: Side) -> Iterable[Altered]:
    for name in sorted(before.judges.keys() | after.judges.keys()):
        one, other = before.judges.get(name), after.judges.get(name)
        if one is None or other is None:
            yield Altered("judge", name, "only in the second run" if one is None else "only in the first run")
        elif one[0] != other[0]:
            yield Altered("judge", name, _keys(one[1], other[1]) or "what it reads by: prompts, examples or script")


def _candidates(before: Side, after: Side) -> Iterable[Altered]:
    old, new = (_by_id(side.config.get("candidates", ())) for side in (before, after))
    models = [_models(side) for side in (before, after)]
    prints = [{one.candidate_id: one.candidate_sha256 for one in side.pins} for side in (before, after)]
    for name in sorted(prints[0].keys() | prints[1].keys()):
        if name not in prints[0] or name not in prints[1]:
            yield Altered("candidate", name, f"only in the {'first' if name in prints[0] else 'second'} run")
            continue
        keys = _keys(old.get(name, {}), new.get(name, {}))
        if prints[0][name] != prints[1][name] and name in old and name in new:
            yield Altered("candidate", name, keys or "what it answers by: prompt or script")
        if models[0].get(name) != models[1].get(name):
            said = " to ".join(", ".join(one.get(name, ())) or "none named" for one in models)
            yield Altered("candidate", name, f"the model that answered: {said}")


def _scripts(before: Side, after: Side) -> Iterable[Altered]:
    """Of scripted candidates and judges, what they say."""
    names = [name for name in before.content.keys() | after.content.keys() if name.startswith("script ")]
    for name in sorted(names):
        if before.content.get(name) != after.content.get(name):
            yield Altered("script", name.removeprefix("script "), "what it was written to say")


def _models(side: Side) -> dict[str, list[str]]:
    """Models that answered, as their replies name them, by candidate."""
    found: dict[str, set[str]] = {}
    for one in side.pins:
        found.setdefault(one.candidate_id, set()).update({one.model} - {""})
    return {name: sorted(models) for name, models in found.items()}


def _by_id(some: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["candidate_id"]: one for one in some}


def _policy(before: Side, after: Side) -> Iterable[Altered]:
    if keys := _keys(before.config.get("policy", {}), after.config.get("policy", {}), shown=None):
        yield Altered("policy", "", keys)


def _recognisers(before: Side, after: Side) -> Iterable[Altered]:
    """What decided, beside the rules, which responses no judge may read."""
    old, new = (
        {name: sha for name, sha in side.content.items() if name.startswith(RECOGNISER)} for side in (before, after)
    )
    if old != new:
        said = [", ".join(name.removeprefix(RECOGNISER) for name in some) or "rules alone" for some in (old, new)]
        yield Altered("identifiers", "", f"{said[0]}, then {said[1]}")


def _keys(one: Mapping[str, Any], other: Mapping[str, Any], shown: tuple[str, ...] | None = _SHOWN) -> str:
    """The keys that differ, with their values where these are short; empty where none does."""
    differing = [key for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key)]
    return "; ".join(
        f"{key} {one.get(key)} to {other.get(key)}" if shown is None or key in shown else key
        for key in differing
        if key not in HOW_IT_IS_REACHED
    )


def _same(before: Mapping[Any, str], after: Mapping[Any, str]) -> Same:
    both = before.keys() & after.keys()
    same = sum(before[key] == after[key] for key in both)
    return Same(same, len(both) - same, len(before) - len(both), len(after) - len(both))
