"""Certificates, coverage, nights and cost as pictures and tables: facts to rows, nothing else."""

from collections import Counter

from agreement.estimate import Estimate
from agreement.proportion import proportion
from pipeline.in_force import standing
from pipeline.reporting.charts import Bar, bars
from pipeline.reporting.leads.around import Around
from pipeline.reporting.whiskers import Row, rows
from pipeline.store.certificates import CertificateRow
from pipeline.store.nights import NightRow

RULINGS = ("in force", "refused", "void or expired", "no ruling")
STATES = ("read", "waiting", "unreviewed", "cleared")
_STATES_SAID = {
    "read": "read by a clinician", "waiting": "sent, and nobody has read it yet",
    "unreviewed": "flagged or borderline, and sent to nobody: the coverage gap",
    "cleared": "cleared, and not drawn for audit",
}  # fmt: skip
_OUTCOMES = {"pre_screen_only": "may pre-screen only", "not_trusted": "not trusted", "auto_clear": "may clear"}


def certificate_bars(of: Around) -> list[Bar]:
    """Criteria of the run by what holds for them."""
    counts = Counter(_ruling(of, one) for one in of.certificates)
    ruled = {(one.rubric_id, one.criterion_id) for one in of.certificates}
    counts["no ruling"] = max(of.n_criteria - len(ruled), 0)
    return bars([("Criteria", "by severity where ruled on", counts)], RULINGS, share=True) if counts.total() else []


def certificate_table(of: Around) -> list[list[str]]:
    """Criterion, severity, what holds, why, what would help, labels, promise, days."""
    return [
        [f"{one.rubric_id} {one.criterion_id}", one.severity.value, _ruling(of, one), _why(one), one.remedy or "–",
         f"{one.n_labels:,}", f"elusion at most {one.alpha:g}, {1 - one.delta:.0%} sure",
         f"{one.granted_at[:10]} to {one.expires_at[:10]}"]
        for one in of.certificates
    ]  # fmt: skip


def _ruling(of: Around, one: CertificateRow) -> str:
    if one.certificate_id in of.in_force:
        return "in force"
    return "refused" if standing(one, of.at) == "refused" else "void or expired"


def _why(one: CertificateRow) -> str:
    said = f"{_OUTCOMES.get(one.outcome, one.outcome)}: {one.reason}"
    return said if one.void_reason is None else f"void: {one.void_reason} ({said})"


def coverage_bars(of: Around) -> list[Bar]:
    """Responses and minutes by how they stand to people."""
    numbers = {state: one.n for state, one in of.coverage.items()}
    minutes = {state: round(one.minutes) for state, one in of.coverage.items()}
    shown = [("Responses", "", numbers), ("Minutes", "that reading them takes", minutes)]
    return bars(shown, STATES, share=True) if numbers else []


def coverage_table(of: Around) -> list[list[str]]:
    """State, responses, minutes."""
    return [
        [_STATES_SAID[state], f"{one.n:,}", f"{one.minutes:,.0f}"]
        for state in STATES
        if (one := of.coverage.get(state)) is not None
    ]


def gap_sentence(of: Around) -> str:
    """The coverage gap in minutes, or why there is none to be had."""
    if not of.coverage:
        return (
            "No response of this run was routed (its verdicts were imported), so there is no queue and no gap to give."
        )
    gap, waiting = of.coverage.get("unreviewed"), of.coverage.get("waiting")
    left = f" {waiting.n:,} wait for a reader (about {waiting.minutes:,.0f} minutes)." if waiting else ""
    if gap is None:
        return f"Nothing that judges could not clear was left out of the queue: the coverage gap is 0 minutes.{left}"
    what = "1 response" if gap.n == 1 else f"{gap.n:,} responses"
    were, them = ("was", "it") if gap.n == 1 else ("were", "them")
    return (
        f"Coverage gap: {what} that judges could not clear {were} sent to nobody; reading {them} would take about "
        f"{gap.minutes:,.0f} minutes.{left}"
    )


def night_rows(nights: list[NightRow]) -> list[Row]:
    """The panel's flag rate, night by night."""
    return rows([(one.started_at[:10], f"{one.run_id}: {one.n_flagged:,} of {one.n:,}", [("flags", _flags(one))])
                 for one in nights], 0, 1)  # fmt: skip


def _flags(one: NightRow) -> Estimate:
    found = proportion(one.n_flagged, one.n)
    refusal = None if one.n else "no response was routed"
    return Estimate(found.share, found.low, found.high, one.n, one.n, "exact" if one.n else None, refusal)


def drift_rows(nights: list[NightRow]) -> list[Row]:
    """Of nights that were set against frozen anchors at the gate, the share on which judges rose, and fell."""
    seen = [(one, one.gate["judges"]) for one in nights if one.gate.get("judges")]
    return rows(
        [(one.started_at[:10], f"{one.run_id}: {_arm(one, 'judges')}",
          [(name, _of_anchors(found[name], found["compared"])) for name in ("rose", "fell")])
         for one, found in seen], 0, 1,
    )  # fmt: skip


def _of_anchors(k: int, n: int) -> Estimate:
    found = proportion(k, n)
    return Estimate(*found[2:], n, n, "exact" if n else None, None if n else "no anchor was compared")


def night_table(nights: list[NightRow]) -> list[list[str]]:
    """Night, outcome at the gate, judges and clinicians against anchors, the reason."""
    return [
        [f"{one.started_at[:10]} {one.run_id}", _outcome(one), _arm(one, "judges"), _arm(one, "clinicians"),
         str(one.gate.get("reason", one.gate.get("text", "–")))]
        for one in nights
    ]  # fmt: skip


def _outcome(one: NightRow) -> str:
    return str(one.gate["outcome"]).replace("_", " ") if one.gated_at else "was not at the gate"


def _arm(one: NightRow, arm: str) -> str:
    found = one.gate.get(arm)
    if not found:
        return "not compared with anchors"
    moved = "moved" if found["alarms"] else "no move shown"
    return f"{moved}: {found['rose']} up, {found['fell']} down of {found['compared']}, p = {found['p']:.2g}"


def cost_bars(of: Around) -> list[Bar]:
    """Tokens by who used them."""
    shown = [(f"{one.who} {one.rubric}".strip(), f"{one.n_calls:,} calls",
              {"read": one.input_tokens, "written": one.output_tokens}) for one in of.costs]  # fmt: skip
    return bars([one for one in shown if sum(one[2].values())], ("read", "written"), share=False)


def cost_table(of: Around) -> list[list[str]]:
    """Who, calls, reused, tokens, dollars."""
    return [
        [f"{one.who} {one.rubric}".strip(), f"{one.n_calls:,}", f"{one.n_reused:,}",
         f"{one.input_tokens:,}", f"{one.output_tokens:,}",
         "no price is known" if one.usd is None else f"{one.usd:,.2f}"]
        for one in of.costs
    ]  # fmt: skip
