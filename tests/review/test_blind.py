"""Before a person commits, no byte that their browser receives tells what a judge said or why the item waits."""

import re

from domain.routing import Lane
from domain.verdict import VerdictValue
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.ward import QUOTE, REASON, RESPONSE, SECRETS, TRAINER, Sent, Served

ITEM = Sent("s1").item_id
PAGES = ("", "/criteria/1", "/criteria/2", "/overall", "/check")
ASSETS = ("/static/workspace.js", "/static/keys.js", "/static/workspace.css", "/static/icon.svg")
VIOLATED, SATISFIED = VerdictValue.VIOLATED, VerdictValue.SATISFIED
LANES = tuple(Lane)
_RANDOM = re.compile(r"(caveat_\w+=[\w-]+|name=\"form_token\" value=\"[^\"]*\"|'date', '[^']*'|127\.0\.0\.1:\d+)")


def walk(ward: Served) -> Client:
    """From signing in to the brink of committing, every page on the way, with refused attempts to look ahead."""
    client = Client(ward.url)
    client.sign_in(TRAINER)
    for path in ("/", "/queue", "/queue?minutes=20", *ASSETS):
        client.get(path)
    client.post(f"/items/{ITEM}/take")
    client.post(f"/items/{ITEM}/draft", part="X-1", field="risk", value="delay")
    client.judge(ITEM, "violated", "satisfied", tone="good")
    for page in PAGES:
        assert 200 == client.get(f"/items/{ITEM}{page}").status
    assert "/items" in client.get(f"/items/{ITEM}/done").to
    assert 409 == client.get(f"/items/{ITEM}/reveal").status
    assert 409 == client.post(f"/items/{ITEM}/reveal").status
    client.get("/queue")
    return client


def test_nothing_of_any_judge_is_sent_before_the_judgement_is_locked(ward: Ward) -> None:
    one = ward(Sent("s1"), Sent("s2", Lane.AUDIT), Sent("s3", Lane.BORDERLINE))
    client = walk(one)
    sent = "\n".join(client.seen).lower()
    assert [] == [secret for secret in SECRETS if secret.lower() in sent]
    assert sent.count(QUOTE) == sent.count("it is nothing to worry about.")
    client.post(f"/items/{ITEM}/lock")
    revealed = client.get(f"/items/{ITEM}/reveal").text
    assert REASON in revealed
    assert "judge-kestrel" in revealed


def test_the_same_bytes_are_sent_whatever_the_judges_said_and_wherever_the_item_waits(ward: Ward) -> None:
    """Not only no known secret: nothing at all may depend on them."""
    seen: list[list[str]] = []
    for number, lane in enumerate((Lane.FLAGGED, Lane.BORDERLINE, Lane.AUDIT, Lane.ANCHOR)):
        values = [(VIOLATED, VIOLATED), (SATISFIED, VIOLATED), (SATISFIED, SATISFIED), (None, None)][number]
        sent = Sent("s1", lane, float(number), 1 / (number + 1), values)
        client = walk(ward(sent, name=f"ward{number}"))
        seen.append([_RANDOM.sub("", text) for text in client.seen])
    assert all(len(seen[0]) > 15 and one == seen[0] for one in seen[1:])


def test_a_second_reader_is_told_nothing_of_the_first(ward: Ward) -> None:
    one = ward(Sent("s1", Lane.DOUBLE))
    first = Client(one.url)
    first.sign_in(TRAINER)
    first.post(f"/items/{ITEM}/take")
    first.judge(ITEM, "violated", "satisfied", could_still="FIRST-READER-SAID")
    first.post(f"/items/{ITEM}/lock")
    second = Client(one.url)
    second.get("/sign-in")
    second.post("/sign-in/demo", person_id="demo-trainer-nurse")
    second.get("/queue")
    second.post(f"/items/{ITEM}/take")
    for page in PAGES:
        assert 200 == second.get(f"/items/{ITEM}{page}").status
    assert "FIRST-READER-SAID" not in "\n".join(second.seen)
    assert RESPONSE[:4] in "\n".join(second.seen)
