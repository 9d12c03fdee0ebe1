"""Which certificates let anything clear; whatever is not certain does not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.severity import Severity
from pipeline.in_force import by_subject, in_force
from pipeline.panel_view import Panel
from pipeline.store.certificates import CertificateRow
from pipeline.store.stops import StopRow
from tests.certified import CRITERIA, NOW, PANEL, certificate, stop


def ids(certificates: list[CertificateRow], *stops: StopRow, panel: Panel = PANEL, **changes: Any) -> list[str]:
    whole: dict[str, Any] = {"criteria": CRITERIA, "now": NOW, **changes}
    return [one.certificate_id for one in in_force(certificates, stops, panel, **whole)]


def test_a_certificate_of_this_panel_and_criterion_is_in_force_until_it_expires() -> None:
    assert ["c1"] == ids([certificate()])
    assert ["c1"] == ids([certificate()], now=NOW + timedelta(days=28, hours=23))
    assert [] == ids([certificate()], now=NOW + timedelta(days=29))
    assert [] == ids([certificate()], now=NOW - timedelta(days=2))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"voided_at": NOW.isoformat(), "voided_by": "x", "void_reason": "y"}, id="void"),
        pytest.param({"outcome": "pre_screen_only", "threshold": None}, id="pre-screen only"),
        pytest.param({"outcome": "not_trusted", "threshold": None}, id="not trusted"),
        pytest.param({"outcome": "something newer"}, id="an outcome that this version does not know"),
        pytest.param({"criterion_sha256": "old"}, id="the criterion's wording changed"),
        pytest.param({"criterion_id": "X-2"}, id="another criterion"),
        pytest.param({"rubric_id": "r2"}, id="another rubric"),
        pytest.param({"panel_sha256": "other"}, id="another panel"),
    ],
)
def test_whatever_is_not_certain_is_not_in_force(changes: dict[str, Any]) -> None:
    assert [] == ids([certificate(**changes)])


@pytest.mark.parametrize(
    ("stopped", "left"),
    [
        pytest.param(stop("everything"), [], id="everything"),
        pytest.param(stop("judge", "j1"), [], id="a judge of the panel"),
        pytest.param(stop("judge", "j9"), ["c1"], id="a judge of another"),
        pytest.param(stop("run", "night"), [], id="this run"),
        pytest.param(stop("run", "day"), ["c1"], id="another run"),
        pytest.param(stop("rubric", "r1"), [], id="the criterion's rubric"),
        pytest.param(stop("rubric", "r2"), ["c1"], id="another rubric"),
        pytest.param(stop("ward", "7"), [], id="something that this version does not know"),
        pytest.param(
            stop("everything", lifted_at=NOW.isoformat(), lifted_by="x", lift_reason="y"), ["c1"], id="lifted"
        ),
    ],
)
def test_the_stop_button_stops_what_it_names(stopped: StopRow, left: list[str]) -> None:
    assert left == ids([certificate()], stopped)


@pytest.mark.parametrize(
    ("panel", "is_same"),
    [
        pytest.param(replace(PANEL, run_id="day"), True, id="another run"),
        pytest.param(replace(PANEL, policy={"seed": 9, "audit_rate": 0.5}), True, id="what has no part in a verdict"),
        pytest.param(replace(PANEL, fingerprints={"j2": "f2", "j1": "f1"}), True, id="the same in another order"),
        pytest.param(replace(PANEL, fingerprints={"j1": "f1", "j2": "f3"}), False, id="a judge's model or prompt"),
        pytest.param(replace(PANEL, fingerprints={"j1": "f1"}), False, id="a judge fewer"),
        pytest.param(replace(PANEL, fingerprints={"j1": "f2", "j2": "f1"}), False, id="two judges changed places"),
        pytest.param(replace(PANEL, policy={"strong_from": "minor"}), False, id="how votes are counted"),
    ],
)
def test_a_panel_is_the_same_only_while_it_says_the_same(panel: Panel, is_same: bool) -> None:  # noqa: FBT001
    assert is_same == (panel.sha256 == PANEL.sha256)
    assert (["c1"] if is_same else []) == ids([certificate()], panel=panel)


def test_a_certificate_counts_for_its_rubric_criterion_and_severity_and_the_strictest_counts() -> None:
    lax, minor = certificate(certificate_id="lax", threshold=0.25), certificate(severity=Severity.MINOR)
    found = by_subject([certificate(), lax, minor])
    assert {("r1", "X-1", Severity.MAJOR): certificate(), ("r1", "X-1", Severity.MINOR): minor} == found
