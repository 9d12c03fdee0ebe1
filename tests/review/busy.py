"""A ward where something stands on every page of every role."""

from collections.abc import Iterator

from domain.person import Role
from domain.routing import Lane
from pipeline.files.jsonl import write_jsonl
from pipeline.files.saving import save_yaml
from pipeline.store.finished_work import fetch_work
from pipeline.store.rubric_drafts import fetch_drafts
from pipeline.store.scenarios import fetch_listed_scenarios, fetch_scenario
from pipeline.store.stops import fetch_stops
from pipeline.store.threads import fetch_threads
from review.sign_in.demo import DEMO_PEOPLE, NEWCOMER
from tests.build import rubric
from tests.review.browser import Client
from tests.review.forms import shown_fields
from tests.review.practising import practise
from tests.review.ward import CRITERIA, RUN, SECOND, TRAINER, Sent, Served, reader

DOUBLE, ESCALATED, DONE = Sent("s1", Lane.DOUBLE), Sent("s2"), Sent("s3")
AGAIN = Sent("s3", repeat=1)
ITEMS = (DOUBLE, ESCALATED, DONE, AGAIN, Sent("s4"))
BY_ROLE = {next(iter(one.roles)): one for one in reversed(DEMO_PEOPLE)}
LONG = "Uninterrupted" * 12 + " and a few words more. "


def judge(client: Client, item: Sent, *values: str, text: str = LONG) -> None:
    client.post(f"/items/{item.item_id}/take")
    client.judge(item.item_id, *values, could_still=text)
    client.post(f"/items/{item.item_id}/lock")
    client.post(f"/items/{item.item_id}/reveal")


def make_busy(one: Served, text: str = LONG) -> None:
    """Somebody new, a dispute, feedback, guidance, an escalation, two readers who differ."""
    trainer, second = reader(one, TRAINER), reader(one, SECOND)
    judge(trainer, DOUBLE, "violated", "satisfied", text=text)
    judge(second, DOUBLE, "satisfied", "satisfied", text=text)
    judge(trainer, DONE, "violated", "satisfied", text=text)
    judge(trainer, AGAIN, "satisfied", "satisfied", text=text)
    trainer.post(f"/items/{ESCALATED.item_id}/take")
    trainer.post("/threads", kind="dispute", item=ESCALATED.item_id, criterion="X-1", body=text)
    trainer.post(f"/items/{ESCALATED.item_id}/aside", kind="escalate", reason=text)
    reader(one, BY_ROLE[Role.SME]).post(f"/escalations/{number_of(one, 'escalation', 'event_seq')}/claim")
    evaluator = reader(one, BY_ROLE[Role.EVALUATOR])
    evaluator.post(f"/finished/{work_of(one)}/feedback", body=text)
    lead = reader(one, BY_ROLE[Role.LEAD])
    practise(reader(one, NEWCOMER), 1, "satisfied", "violated")
    lead.post(f"/readers/{NEWCOMER.person_id}", may_review="no", reason=text)
    lead.post("/guidance", body=text, changed="New", criteria="X-1")
    lead.post("/guidance", body=text, changed=text, criteria="X-1")
    lead.post("/threads", kind="change_request", body=text)
    make_drafts(one, trainer)
    for what, reason in (("judge:judge-kestrel", text), ("rubric:r1", "Disputed")):
        lead.post("/stops", what=what, since="2027-01-01", reason=reason)
    with one.store.reading() as connection:
        stop_id = fetch_stops(connection)[0].stop_id
    lead.post(f"/stops/{stop_id}/lift", reason=text)
    lead.post("/allocation", item=Sent("s4").item_id, to=f"person:{TRAINER.person_id}", due="2026-12-04")


def make_drafts(one: Served, trainer: Client) -> None:
    """A rubric that was approved anew, a draft that waits for approval, and one that is wrong all over."""
    save_yaml(rubric(*CRITERIA), one.root / "rubrics" / "r1.yaml")
    write_scenarios(one)
    sme = reader(one, BY_ROLE[Role.SME])
    approved = offered_draft(trainer, question=LONG)
    sha256 = sme.get(approved).text.split('name="sha256" value="')[1].split('"')[0]
    sme.post(f"{approved}/approve", sha256=sha256)
    offered_draft(trainer, title=LONG[:190])
    wrong = trainer.post("/rubrics/drafts", title=LONG[:190]).to
    trainer.post(f"{wrong}/criteria")


def write_scenarios(one: Served) -> None:
    """The ward's scenarios as a file of its workspace."""
    with one.store.reading() as connection:
        found = [fetch_scenario(connection, each.sha256) for each in fetch_listed_scenarios(connection, 9)]
    write_jsonl(one.root / "data" / "scenarios" / "all.jsonl", [each for each in found if each is not None])


def offered_draft(client: Client, **changes: str) -> str:
    """A new version of the ward's rubric that waits for approval; gives its address."""
    url = client.post("/rubrics/drafts", id="r1").to
    client.post(f"{url}/parts/1", **shown_fields(client.get(f"{url}/parts/1").text) | changes)
    client.post(f"{url}/try", run=RUN)
    client.post(f"{url}/offer", said=LONG)
    return url


def number_of(one: Served, table: str, column: str) -> int:
    with one.store.reading() as connection:
        row = connection.execute(f"SELECT max({column}) FROM {table}").fetchone()  # noqa: S608 (our names)
    assert row is not None
    return int(row[0])


def work_of(one: Served) -> int:
    with one.store.reading() as connection:
        return fetch_work(connection, 1)[0].seq


def thread_of(one: Served, kind: str) -> int:
    with one.store.reading() as connection:
        return max(each.seq for each in fetch_threads(connection) if each.kind == kind)


def pages_of(one: Served, role: Role) -> Iterator[str]:
    """What the role can open in a busy ward."""
    with one.store.reading() as connection:
        scenario = f"/scenarios/{fetch_listed_scenarios(connection, 1)[0].sha256}"
    first, again = sorted([DONE.item_id, AGAIN.item_id])  # locked at the same time
    wrong = number_of(one, "rubric_draft", "draft_seq")
    with one.store.reading() as connection:
        offered = next(each.seq for each in fetch_drafts(connection) if each.base_sha256)
    anew = f"/rejudgings/{number_of(one, 'rejudging', 'rejudging_seq')}"
    wrongs = tuple(f"/rubrics/drafts/{wrong}{page}" for page in ("", "/parts/0?mend=yes", "/parts/1?mend=yes"))
    reads = (
        "/rubrics",
        "/rubrics/read?id=r1",
        f"/rubrics/drafts/{offered}",
        f"/rubrics/drafts/{offered}/parts/1",
        anew,
    )
    approves = (*reads, f"{scenario}/edit", "/changes")
    judges = (
        "/practice",
        "/practice/1",
        "/queue",
        "/own-work",
        "/queue?minutes=20",
        f"/threads/new?kind=flag&item={DONE.item_id}",
        "/scenarios",
        scenario,
    )
    compares = ("/comparison", "/comparison/differing", f"/comparison/items/{DONE.item_id}", "/stops")
    oversees = ("/escalations", "/adjudications", f"/escalations/{number_of(one, 'escalation', 'event_seq')}")
    of_role: dict[Role, tuple[str, ...]] = {
        Role.TRAINER: (
            *judges,
            *wrongs,
            *reads,
            f"/items/{DONE.item_id}/reveal",
            f"/items/{DONE.item_id}/done",
            f"/own-work/pair?first={first}&second={again}&criterion=X-1",
            f"/threads/{thread_of(one, 'feedback')}",
        ),
        Role.EVALUATOR: (
            "/finished",
            f"/finished/{work_of(one)}",
            "/threads/new?kind=question",
            f"/threads/{thread_of(one, 'feedback')}",
        ),
        Role.SME: (*judges, *oversees, *approves, f"/adjudications/{DOUBLE.item_id}"),
        Role.LEAD: (
            *oversees, *compares, *approves, "/allocation", "/people", f"/people/{TRAINER.person_id}",
            "/readers", f"/readers/{NEWCOMER.person_id}",
            "/scenarios", scenario, "/threads/new?kind=change_request",
            f"/threads/{thread_of(one, 'dispute')}",
        ),
        Role.TECHNICAL: (f"/threads/{thread_of(one, 'change_request')}", "/changes", anew),
        Role.SAFETY_OFFICER: (
            *oversees, *compares, *reads, "/changes", f"/threads/{thread_of(one, 'dispute')}",
        ),
    }  # fmt: skip
    yield from ("/", "/threads", "/guidance", "/account", *of_role[role])


NEW = ("/", "/practice", "/practice/1", "/practice/2", "/own-work", "/threads", "/guidance", "/account", "/rubrics")
"""What is open to somebody who may not review for real yet."""
