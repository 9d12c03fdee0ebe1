"""A night at the gate as JUnit XML, which every CI server shows: one case for each thing that was looked at."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from pipeline.gate.outcome import Gated, Outcome
from pipeline.gate.wording import budget_said, headline, paragraph, rise_said

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Case(NamedTuple):
    name: str
    failed: str = ""
    skipped: str = ""


def as_junit(of: Gated) -> str:
    """The whole document."""
    cases = list(_cases(of))
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(bool(one.failed) for one in cases)),
        "skipped": str(sum(bool(one.skipped) for one in cases)),
    }
    whole = Element("testsuites", counts)
    suite = SubElement(whole, "testsuite", {"name": _text(f"caveat gate {of.looked.run_id}"), **counts})
    for one in cases:
        case = SubElement(suite, "testcase", {"classname": "caveat.gate", "name": _text(one.name)})
        if one.failed:
            SubElement(case, "failure", {"message": _text(headline(of))}).text = _text(one.failed)
        elif one.skipped:
            SubElement(case, "skipped", {"message": _text(one.skipped)})
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(whole, encoding="unicode") + "\n"


def _cases(of: Gated) -> Iterator[_Case]:
    anchors, reason = of.looked.anchors, paragraph(of)

    def failed(outcome: Outcome) -> str:
        return reason if outcome in of.outcomes else ""

    untested = "" if anchors else "no anchors were given"
    yield _Case("judges are what they were", failed(Outcome.JUDGES_MOVED), untested)
    yield _Case("the night is whole", failed(Outcome.INCOMPLETE))
    again = untested or ("" if anchors and anchors.clinicians else "no clinician has read an anchor a second time")
    yield _Case("clinicians are what they were", failed(Outcome.CLINICIANS_MOVED), again)
    if not of.looked.tests:
        yield _Case("candidates are not worse", "", "there is no earlier night to compare with")
    for one in of.looked.tests:
        yield _Case(f"{one.label}: not worse than in {one.baseline}", rise_said(one) if one.is_worse else "")
    for each in of.looked.budgets:
        said = budget_said(each)
        state = each.state
        yield _Case(
            f"{each.candidate_id}: {each.severity} within budget",
            said if state == "exceeded" else "",
            said if state == "unproven" else "",
        )


def _text(text: str) -> str:
    """Without what XML cannot hold."""
    return _NOT_XML.sub("�", text)
