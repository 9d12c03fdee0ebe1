"""Labels and a panel's findings become rulings."""

from datetime import datetime, timedelta

import pytest

from domain.errors import InputError
from domain.rubric import RoutingLimits
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.ruling import DRIFT, Evidence, Grant, Subject, evidence_of, joined, refuse_moved, ruling_on
from pipeline.store.certificates import CertificateRow
from tests.certified import NOW, PANEL, certificate, key, label, view

VIOLATED, SATISFIED, UNCERTAIN = VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.CANNOT_TELL
SUBJECT = Subject("r1", "X-1", "sha-x1", Severity.MAJOR)
GRANT = Grant("R. Lead", "audit", NOW, 30)
LIMITS = RoutingLimits(max_elusion={Severity.MAJOR: 0.05, "default": 0.10}, confidence=0.9)


def labelled(safe: int, flagged: int, missed: int = 0) -> Evidence:
    """Responses that the panel finds safe, some of them violated; and violated ones that it flagged."""
    rows = [(f"s{n}", "a", 0, 0.0, n < missed, 1.0) for n in range(safe)]
    return Evidence(rows + [(f"f{n}", "a", 0, 1.0, True, 1.0) for n in range(flagged)])


def ruled(evidence: Evidence, *before: CertificateRow) -> CertificateRow | None:
    return ruling_on(SUBJECT, evidence, LIMITS, PANEL, before, GRANT)


def test_a_response_counts_with_the_view_of_its_panel_and_the_majority_of_its_labels() -> None:
    views = {key("safe"): view(0.0), key("split"): view(0.5), key("flagged"): view(1.0)}
    labels = [
        label("safe", SATISFIED, "dr-a", inclusion_probability=0.2),
        label("safe", SATISFIED, "dr-b", inclusion_probability=0.2),
        label("split", VIOLATED, "dr-a"),
        label("split", SATISFIED, "dr-b"),
        label("flagged", VerdictValue.NOT_APPLICABLE),
    ]
    assert {SUBJECT: [
        ("safe", "a", 0, 0.0, False, 0.2), ("split", "a", 0, 0.5, True, 1.0), ("flagged", "a", 0, 1.0, False, 1.0),
    ]} == {subject: one.rows for subject, one in evidence_of(views, labels).items()}  # fmt: skip


def test_what_is_no_evidence_does_not_count() -> None:
    views = {key(one): view(0.0) for one in ("seen", "unsure", "unlabelled")} | {key("failed"): view(None)}
    labels = [
        label("seen", SATISFIED, blind=False),
        label("unsure", UNCERTAIN),
        label("failed", SATISFIED),
        label("elsewhere", SATISFIED),
    ]
    assert {} == evidence_of(views, labels)


def test_severities_are_ruled_on_apart() -> None:
    views = {key("s1"): view(0.0), key("s2"): view(0.0, severity=Severity.MINOR)}
    found = evidence_of(views, [label("s1", SATISFIED), label("s2", SATISFIED)])
    assert {Severity.MAJOR, Severity.MINOR} == {subject.severity for subject in found}


def test_a_label_that_could_belong_to_two_responses_is_refused() -> None:
    assert {key("s1"): view(0.0), key("s2"): view(0.5)} == joined([{key("s1"): view(0.0)}, {key("s2"): view(0.5)}])
    with pytest.raises(InputError, match="two of these runs have different responses s1 / a / 0"):
        joined([{key("s1"): view(0.0)}, {key("s1"): view(0.0, body_sha256="other")}])


def test_enough_labels_grant_a_certificate_for_what_routing_clears() -> None:
    found = ruled(labelled(60, 12))
    assert found is not None
    assert ("auto_clear", 0.0, 1, 0.05, 72) == (
        found.outcome, found.threshold, found.attempt, found.alpha, found.n_labels,
    )  # fmt: skip
    assert pytest.approx(0.05) == found.delta
    assert (NOW.isoformat(), (NOW + timedelta(days=30)).isoformat()) == (found.granted_at, found.expires_at)
    assert (0.0, 12 / 72) == (found.ruling["rates"]["elusion"]["value"], found.ruling["rates"]["base"]["value"])


def test_too_few_labels_are_a_refusal_that_is_written_too() -> None:
    found = ruled(labelled(58, 12))
    assert found is not None
    assert ("pre_screen_only", None) == (found.outcome, found.threshold)
    assert "At most 58 responses of different scenarios clear, and 59 are needed." == found.reason


def test_every_further_attempt_is_stricter() -> None:
    refused = ruled(labelled(58, 12))
    assert refused is not None
    second = ruled(labelled(60, 12), refused)
    assert second is not None
    assert (2, "pre_screen_only") == (second.attempt, second.outcome)
    assert pytest.approx(0.1 / 6) == second.delta


def test_the_same_labels_are_never_ruled_on_twice() -> None:
    first = ruled(labelled(60, 12))
    assert first is not None
    again = Evidence(labelled(60, 12).rows[::-1])
    assert ruled(again, first) is None


def test_rulings_on_something_else_are_no_attempts() -> None:
    other = [
        certificate(severity=Severity.MINOR),
        certificate(criterion_sha256="old"),
        certificate(panel_sha256="other"),
    ]
    found = ruled(labelled(60, 12), *other)
    assert found is not None
    assert 1 == found.attempt


def test_runs_from_before_the_judges_moved_prove_nothing() -> None:
    at = NOW.isoformat()
    moved = certificate(voided_at=at, voided_by="caveat", void_reason=f"{DRIFT}spring, run n2")
    starts = {"old": (NOW - timedelta(days=1)).isoformat(), "new": (NOW + timedelta(days=1)).isoformat()}
    refuse_moved(["new"], starts, PANEL, [moved])
    refuse_moved(["old"], starts, PANEL, [certificate(voided_at=at, voided_by="x", void_reason="a typing error")])
    with pytest.raises(InputError, match="run old was judged before the judges moved"):
        refuse_moved(["new", "old"], starts, PANEL, [moved])


def test_an_instant_is_compared_as_an_instant() -> None:
    moved = certificate(voided_at="2026-11-22T06:00:00+00:00", voided_by="caveat", void_reason=DRIFT)
    later = datetime.fromisoformat("2026-11-22T06:00:00.5+00:00").isoformat()
    refuse_moved(["new"], {"new": later}, PANEL, [moved])
