"""Two runs side by side for machines: one JSON object."""

from typing import Any

from pipeline.comparing.plain import plain
from pipeline.diff.diffed import Diff
from pipeline.diff.groups import Group


def as_json(of: Diff) -> dict[str, Any]:
    """Names and numbers; an estimate has `value`, `low`, `high`, `n`, `method`, or `refusal`."""
    return {
        "before": of.before.run_id,
        "after": of.after.run_id,
        "provisional": of.provisional,
        "pairs": of.n_pairs,
        "altered": plain(of.altered.found),
        "scenarios": plain(of.altered.scenarios),
        "responses": plain(of.altered.responses),
        "flags": [_named(one.group) | plain(one.found) | {"holm_p": one.holm_p, "by_p": one.by_p} for one in of.flags],
        "failures": _failures(of),
        "flips": [plain(one) | {"said": [said.as_json() for said in of.said.get(one, ())]} for one in of.flips],
        "spent": plain(of.spent),
    }


def _named(group: Group) -> dict[str, str]:
    return {"candidate_id": group.candidate_id, "grouping": group.grouping, "name": group.name}


def _failures(of: Diff) -> Any:  # noqa: ANN401 (JSON)
    if not of.clinicians.failures:
        return {"refusal": of.clinicians.note}
    return [_named(one.group) | _without_sides(plain(one.found)) for one in of.clinicians.failures]


def _without_sides(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key not in ("first", "second")}
