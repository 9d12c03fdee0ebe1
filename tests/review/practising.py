"""Two practice items by the ward's own criteria, and somebody new who answers them."""

from domain.qualification import AgreedAnswer, PracticeItem
from domain.question import Question
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.qualification import Practice
from review.sign_in.demo import NEWCOMER
from tests.build import rubric, scenario
from tests.review.browser import Client
from tests.review.ward import CRITERIA, RESPONSE, Served

WHY = "WHY-IT-WAS-AGREED"
VIOLATED, SATISFIED = VerdictValue.VIOLATED, VerdictValue.SATISFIED


def _practice(number: int, *agreed: VerdictValue) -> Practice:
    of = rubric(*CRITERIA)
    answers = tuple(
        AgreedAnswer(criterion_id=one.criterion_id, verdict=value, explanation=f"{WHY} {number} {one.criterion_id}",
                     severity=Severity.MAJOR if value is VIOLATED else None)
        for one, value in zip(of.criteria, agreed, strict=True)
    )  # fmt: skip
    about = scenario(f"practice-{number}", title=f"Practice title {number}")
    item = PracticeItem(practice_id=f"p{number}", scenario=about, response=RESPONSE, answers=answers)
    asked = tuple(
        (Question(about, RESPONSE, of.rubric_id, of, one, Severity.MAJOR, applicability_open=True), answer)
        for one, answer in zip(of.criteria, answers, strict=True)
    )
    return Practice(item, asked, is_approved=False)


PRACTICE = (_practice(1, VIOLATED, SATISFIED), _practice(2, SATISFIED, VIOLATED))


def newcomer(one: Served) -> Client:
    client = Client(one.url)
    client.sign_in(NEWCOMER)
    return client


def practise(client: Client, number: int, *values: str) -> None:
    """Answer a practice item."""
    said: dict[str, str] = {}
    for n, value in enumerate(values, 1):
        said |= {f"choice-{n}": value, f"why-{n}": f"REASON-OF-A-NEWCOMER-{number}-{n}"}
        said |= {f"severity-{n}": "minor"} if value == "violated" else {}
    assert f"/practice/{number}" == client.post(f"/practice/{number}", **said).to
