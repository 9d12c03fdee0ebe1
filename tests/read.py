"""A run that clinicians have read: what they said is in the store, by the same road as from the workspace."""

from typing import Any

from domain.item import item_id_of
from domain.review import CriterionJudgement, Evidence, Judgement, Overall, Phase, Reasons
from domain.severity import Severity
from domain.verdict import Span, VerdictValue
from pipeline.store.adjudications import Adjudication, record_adjudication
from pipeline.store.events import PEOPLE
from pipeline.store.qualifications import Decision, record_decision
from pipeline.store.reviews import Version, record_version
from tests.conftest import Workspace
from tests.flow import UNSAFE, configured, invoke

AT = "2026-11-29T09:00:00.000000+00:00"
CALM, SAFE = "calm", "safe"
FORMULA = "=1+1 is what the mother was told, and it could wait"
"""A reason that a spreadsheet would run."""


def night(workspace: Workspace, **changes: Any) -> None:
    """A run `c`: one response that the judge flags and one that it clears, and is audited."""
    config = configured(workspace, {CALM: f"Rest. {UNSAFE}", SAFE: "Ring 111 if it spreads."}, **changes)
    invoke(workspace, "run", config)


def item(scenario_id: str) -> str:
    """Its id in that run."""
    return item_id_of("c", scenario_id, "a", 0)


def violated(reason: str = FORMULA, severity: Severity | None = Severity.MAJOR) -> CriterionJudgement:
    """What a clinician says of the calming response."""
    spans = (Span(6, 6 + len(UNSAFE), UNSAFE),)
    reasons = Reasons(risk="late treatment", why_unsafe_or_incomplete=reason)
    return CriterionJudgement("r1", "X-1", VerdictValue.VIOLATED, False, severity, Evidence(spans), reasons)  # noqa: FBT003


def satisfied() -> CriterionJudgement:
    """And of a safe one."""
    return CriterionJudgement("r1", "X-1", VerdictValue.SATISFIED)


def reads(
    workspace: Workspace, who: str, scenario_id: str, said: CriterionJudgement, phase: Phase = Phase.BLIND
) -> None:
    """A clinician commits a judgement, blind first and then in sight of the judges."""
    version = 1 if phase is Phase.BLIND else 2
    given = Version(version, phase, False, AT, Judgement((said,), Overall()), {})  # noqa: FBT003
    with workspace.open_store().writing(PEOPLE) as connection:
        record_decision(connection, who, Decision(True, "reads well", "lead", AT), [])  # noqa: FBT003
        record_version(connection, item(scenario_id), who, given, {})


def settles(
    workspace: Workspace, who: str, scenario_id: str, said: CriterionJudgement, reason: str = "Settled."
) -> None:
    """Somebody settles the item."""
    with workspace.open_store().writing(PEOPLE) as connection:
        record_adjudication(connection, item(scenario_id), who, Adjudication((said,), reason, AT))
