"""The comparison for machines: one JSON object with every figure, or the reason why it is not given."""

from collections import Counter
from dataclasses import asdict
from typing import Any, cast

import numpy as np

from agreement.comparison import Comparison
from agreement.rates import Rates
from pipeline.comparing.candidates import Nights
from pipeline.comparing.compared import Compared
from pipeline.comparing.judging import Group


def as_json(found: Compared) -> dict[str, Any]:
    """Names and numbers; an estimate has `value`, `low`, `high`, `n`, `method`, or `refusal` and `reviews_needed`."""
    facts = asdict(found.facts)
    counts = {name: facts.pop(f"n_{name}") for name in ("labels", "ties", "undecided", "unmatched")}
    return {
        "run_id": found.facts.run_ids[0],
        **counts,
        **facts,
        "groups": {name: [_group(found, one) for one in groups] for name, groups in found.groups.items()},
        "clinicians": _clinicians(found),
        "alternative_annotator": {judge: _or_refusal(one) for judge, one in found.alternatives.items()},
        "severity": plain(found.severity),
        "evidence_overlap": plain(found.overlap) or {"refusal": "clinicians marked no words"},
        "failure_rates": plain(found.failures),
        "differences": [
            plain(one) | {"first": found.candidate_ids[one.first], "second": found.candidate_ids[one.second]}
            for one in found.differences
        ],
        "nights": [_night(one) for one in found.nights],
        "missed_harm": _or_refusal(found.hidden),
        "second_thoughts": plain(found.swayed),
        "differing": dict(Counter(one.kind.value for one in found.differing)),
    }


def _group(found: Compared, one: Group) -> dict[str, Any]:
    counted = "queue_only_biased" if found.facts.n_unread else "as_counted"
    return {
        "name": one.name,
        "n_questions": one.n_questions,
        "clinicians_alpha": plain(one.ceiling),
        "judges": {judge: _judge(figures, counted) for judge, figures in one.judges.items()},
    }


def _night(one: Nights) -> dict[str, Any]:
    sides = ("first", "second")
    difference = {key: value for key, value in plain(one.found).items() if key not in sides}
    return {"candidate_id": one.candidate_id, "first": one.first_run_id, "last": one.last_run_id, **difference}


def _or_refusal(one: object) -> Any:  # noqa: ANN401 (JSON)
    return {"refusal": one} if isinstance(one, str) else plain(one)


def _judge(one: Comparison, counted: str) -> dict[str, Any]:
    """`counted`: what plain figures of what was read are called: biased, unless everything was read."""
    whole = one._asdict()
    rates, queue_only = cast("Rates[Any]", whole.pop("rates")), whole.pop("queue_only")
    return {
        **{key: plain(value) for key, value in whole.items()},
        **{key: plain(value) for key, value in rates._asdict().items()},
        counted: plain(queue_only),
    }


def _clinicians(found: Compared) -> Any:  # noqa: ANN401 (JSON)
    if found.clinicians is None:
        return {"refusal": "one clinician alone has nobody to agree with; have some read by two"}
    names = found.facts.reviewers
    pairs = [plain(one) | {"first": names[one.first], "second": names[one.second]} for one in found.clinicians.pairs]
    return plain(found.clinicians) | {"pairs": pairs}


def plain(value: Any) -> Any:  # noqa: ANN401 (whatever figures are made of)
    """Tuples with names as objects, arrays as lists."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in cast("dict[Any, Any]", value).items()}
    if isinstance(value, np.ndarray | np.generic):
        return cast("Any", value).tolist()
    if isinstance(value, tuple | list):
        some = cast("Any", value)
        return plain(some._asdict()) if hasattr(some, "_asdict") else [plain(one) for one in some]
    return value
