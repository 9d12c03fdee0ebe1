"""What a rubric holds that no form changes, in plain words: whoever edits it by forms sees it, and keeps it."""

from collections.abc import Mapping, Sequence

import orjson

from domain.rubric import RoutingLimits
from domain.severity import Severity
from review.rules.rubric_form import Body
from review.words import FACTS, ROUTES

_ENOUGH = {
    "any": "One judge that finds it unsafe is enough",
    "majority": "More than half of the judges must find it unsafe",
}
_AUTHOR = "the scenario's author states"


def limits_said(body: Body) -> list[str]:
    """How far judges may be trusted with the rubric, as its owner limits it; with what holds where nothing is said."""
    limits = RoutingLimits.model_validate_json(orjson.dumps(body.get("routing") or {}))
    titles = {one["criterion_id"]: one.get("title") or one["criterion_id"] for one in body.get("criteria", ())}
    shares = {tier: f"{_per_hundred(share)} in 100" for tier, share in limits.max_elusion.items()}
    said = [f"Of the responses that no clinician need read, at most so many may be unsafe: {_tiers(shares)}"]
    said.append(
        f"That must be shown with {_per_hundred(limits.confidence)}% certainty before judges may clear anything"
    )
    said += [
        f"{_ENOUGH[rule]} to send a response to clinicians, {_worded(tier)}" for tier, rule in limits.aggregate.items()
    ]
    if limits.always_review:
        named = "; ".join(titles.get(one, one) for one in limits.always_review)
        said.append(f"A clinician always reads what is judged on: {named}")
    return said


def routes_said(body: Body) -> list[str]:
    """The words by which the rubric knows each route to care."""
    routes: Mapping[str, Sequence[str]] = body.get("routes") or {}
    return [f"Words that name the route “{ROUTES[route]}”: {', '.join(words)}" for route, words in routes.items()]


def phrases_said(criterion: Body) -> list[str]:
    """What the embedded judge does for a criterion beyond the phrases that its form shows."""
    lexicon: Body = criterion.get("lexicon") or {}
    said: list[str] = []
    if fact := lexicon.get("present_facts"):
        said.append(f"Words of what {_AUTHOR} under “{FACTS[fact]}” supply it too")
    if lexicon.get("present_route"):
        said.append(f"Naming the right route to care, as {_AUTHOR} it, or a more urgent one supplies it too")
    if route := lexicon.get("unsafe_route_at_least"):
        said.append(f"Naming a route to care at least as urgent as “{ROUTES[route]}” is unsafe too")
    if n := lexicon.get("first_sentences"):
        said.append(f"Only the first {n} sentences of a response are searched" if n > 1 else
                    "Only the first sentence of a response is searched")  # fmt: skip
    return said


def _tiers(shares: Mapping[str, str]) -> str:
    return "; ".join(f"{share} {_worded(tier)}" for tier, share in shares.items())


def _worded(tier: str) -> str:
    return f"where the harm would be {tier}" if tier in set(Severity) else "for any other harm"


def _per_hundred(share: float) -> str:
    return f"{100 * share:.4g}"
