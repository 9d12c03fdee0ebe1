"""Who may do what, and what is refused: over real HTTP, on a real store."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from domain.person import Role
from review.ask import ANYBODY, Row
from review.gate import MOST_BYTES
from review.routes import rows
from review.setup import Setup
from review.sign_in.demo import DEMO_PEOPLE, NEWCOMER, DemoWay
from review.sign_in.rate import Rate
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.practising import PRACTICE
from tests.review.registered import GP, every_way, signed_in, site
from tests.review.ward import NOON, SECOND, TRAINER, Sent, Served

ITEM = Sent("s1").item_id
BY_ROLE = {next(iter(one.roles)): one for one in reversed(DEMO_PEOPLE)}
HOSTILE = "<script>document.title='x'</script><img src=x onerror=alert(1)>{{ 7 * 7 }}\"'>"


def table() -> tuple[Row, ...]:
    return rows(Setup(None, [DemoWay()], [], PRACTICE))  # type: ignore[arg-type]  # the table does not look at the store


def path_of(row: Row) -> str:
    values = {
        "{item_id}": ITEM, "{number:int}": "1", "{seq:int}": "1", "{sha256}": "0", "{stop_id}": "s",
        "{person_id}": "nobody", "{person_id:path}": NEWCOMER.person_id,
    }  # fmt: skip
    return re.sub(r"\{[^}]*\}", lambda found: values[found[0]], row.path)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_its_own_routes_and_no_other(one: Served, role: Role) -> None:
    client = Client(one.url)
    client.sign_in(BY_ROLE[role])
    for row in table():
        if row.path in ("/sign-out", "/sign-out/everywhere", "/sign-in/demo"):
            continue
        reply = client.get(path_of(row)) if row.method == "GET" else client.post(path_of(row))
        is_barred = reply.status == 403 and "for other roles" in reply.text
        assert (not row.roles or role in row.roles) is not is_barred, f"{role} {row.method} {row.path}: {reply.status}"


def test_whoever_is_not_signed_in_sees_the_sign_in_page_alone(client: Client) -> None:
    client.get("/sign-in")
    for row in table():
        if row.roles and row.method == "GET":
            assert "/sign-in" == client.get(path_of(row)).to
        elif row.roles:
            assert 403 == client.post(path_of(row)).status


@pytest.mark.parametrize("token", ["", "forged", "é"])
def test_a_form_without_the_sessions_token_changes_nothing(one: Served, client: Client, token: str) -> None:
    client.sign_in(TRAINER)
    for row in table():
        if row.method == "POST":
            assert 403 == client.post(path_of(row), form_token=token).status
    with one.store.reading() as connection:
        assert (0,) == connection.execute("SELECT count(*) FROM slot").fetchone()


def test_no_way_to_sign_in_takes_a_form_from_elsewhere_or_more_than_its_own_routes(tmp_path: Path) -> None:
    with site(tmp_path, every_way) as one:
        of_ways = [row for way in every_way(one.url) for row in way.rows()]
        assert {ANYBODY} == {row.roles for row in of_ways}
        for row in of_ways:
            if row.method == "POST":
                for client in (Client(one.url), Client(one.url, {"caveat_browser": "x"})):
                    assert 403 == client.post(row.path, form_token="forged", email=GP.email).status, row.path  # noqa: S106
        assert [] == signed_in(one.store)


def test_another_persons_token_or_one_from_another_site_does_not_do(one: Served, client: Client) -> None:
    other = Client(one.url)
    other.sign_in(SECOND)
    client.sign_in(TRAINER)
    assert 403 == client.post("/queue/next", form_token=other.token).status
    body = f"form_token={client.token}".encode()
    kind = "application/x-www-form-urlencoded"
    assert 403 == client.send("POST", "/queue/next", body, content_type=kind, sec_fetch_site="cross-site").status
    assert 303 == client.send("POST", "/queue/next", body, content_type=kind, sec_fetch_site="same-origin").status


def test_a_session_ends_with_signing_out_and_by_itself(one: Served, client: Client) -> None:
    client.sign_in(TRAINER)
    cookies = dict(client.cookies)
    assert "/sign-in" == client.post("/sign-out").to
    client.cookies = cookies
    assert "/sign-in" == client.get("/").to
    client.sign_in(TRAINER)
    one.clock.forward(timedelta(hours=12))
    assert "/sign-in" == client.get("/").to


def test_signing_in_gives_a_new_token_and_ends_the_session_before(one: Served, client: Client) -> None:
    client.sign_in(TRAINER)
    before = dict(client.cookies)
    assert "/" == client.post("/sign-in/demo", person_id=SECOND.person_id).to
    assert before != client.cookies
    assert "/sign-in" == Client(one.url, before).get("/").to


def test_a_token_is_kept_as_its_hash_alone(one: Served, client: Client) -> None:
    client.sign_in(TRAINER)
    with one.store.reading() as connection:
        kept = connection.execute("SELECT session_sha256 FROM session").fetchall()
    assert client.cookies["caveat_session"] not in {row[0] for row in kept}


def test_nobody_signs_in_as_somebody_unknown_or_without_end(client: Client) -> None:
    client.get("/sign-in")
    said = [client.post("/sign-in/demo", person_id="nobody").status for _ in range(21)]
    assert [400] * 20 + [429] == said
    assert 429 == client.post("/sign-in/demo", person_id=TRAINER.person_id).status


def test_tries_are_counted_by_address_and_forgotten_in_time() -> None:
    rate = Rate(most=2, within=timedelta(minutes=1))
    assert [True, True, False] == [rate.allows("a", NOON) for _ in range(3)]
    assert rate.allows("b", NOON)
    assert rate.allows("a", NOON + timedelta(minutes=2))


def test_everything_carries_the_headers_that_keep_a_page_to_itself(client: Client) -> None:
    for path in ("/sign-in", "/nowhere", "/static/workspace.css", "/items/x"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert ("nosniff", "DENY") == (headers["x-content-type-options"], headers["x-frame-options"])
    assert "no-store" == client.get("/sign-in").headers["cache-control"]


def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    client.get("/sign-in")
    sent = client.post("/sign-in/demo", person_id=TRAINER.person_id).headers["set-cookie"].lower()
    assert "httponly" in sent
    assert "samesite=lax" in sent


def test_a_foreign_host_name_is_refused(client: Client) -> None:
    """Else a page from elsewhere whose name leads to this computer could act as one of ours."""
    assert 400 == client.send("GET", "/sign-in", host="evil.example").status


def test_an_oversized_body_is_refused_in_words(client: Client) -> None:
    client.sign_in(TRAINER)
    reply = client.post("/queue/next", reason="x" * MOST_BYTES)
    assert 413 == reply.status
    assert "too large" in reply.text


@pytest.mark.parametrize("item_id", [ITEM, "0" * 20, "..%2f..", "x" * 500])
def test_an_item_that_is_not_ones_own_is_as_one_that_does_not_exist(client: Client, item_id: str) -> None:
    client.sign_in(TRAINER)
    for page in ("", "/criteria/1", "/overall", "/check", "/reveal", "/done"):
        reply = client.get(f"/items/{item_id}{page}")
        assert 404 == reply.status
    for page in ("/lock", "/draft", "/renew", "/overall", "/criteria/1"):
        assert 404 == client.post(f"/items/{item_id}{page}", part="X-1", field="risk", value="x").status


def test_a_script_in_any_text_field_is_stored_and_shown_as_text(one: Served, client: Client) -> None:
    client.sign_in(TRAINER)
    client.post("/queue/next")
    texts = dict.fromkeys(("risk", "who", "why", "escalation", "missing_what"), HOSTILE)
    client.post(f"/items/{ITEM}/criteria/1", value="violated", severity="major", missing="yes", **texts)
    client.post(f"/items/{ITEM}/criteria/2", value="satisfied")
    client.post(f"/items/{ITEM}/overall", could_still=HOSTILE)
    pages = [client.get(f"/items/{ITEM}/{page}").text for page in ("criteria/1", "overall", "check")]
    client.post(f"/items/{ITEM}/lock")
    client.post(f"/items/{ITEM}/reveal", **{"choice-1": "satisfied", "because-1": HOSTILE})
    pages += [client.get(f"/items/{ITEM}/{page}").text for page in ("reveal", "done")]
    for text in pages:
        assert "<script>document" not in text
        assert "<img" not in text
        assert "{{ 7 * 7 }}" in text
    assert "&lt;script&gt;" in pages[0]
    with one.store.reading() as connection:
        kept = connection.execute("SELECT reasons_json FROM judgement_criterion WHERE criterion_id = 'X-1'").fetchall()
    assert HOSTILE in str(kept[0][0]).replace('\\"', '"')


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"value": "cleared"}, "answers that are offered"),
        ({"value": "violated", "severity": "9"}, "answers that are offered"),
        ({"value": "violated", "sentence": "0-9999"}, "answers that are offered"),
        ({"value": "violated", "risk": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_what_was_never_offered_is_not_kept(client: Client, fields: dict[str, str], said: str) -> None:
    client.sign_in(TRAINER)
    client.post("/queue/next")
    reply = client.post(f"/items/{ITEM}/criteria/1", **fields)
    assert 400 == reply.status
    assert said in reply.text
    assert "No answer yet" in client.get(f"/items/{ITEM}/check").text


def test_two_wards_do_not_share_sessions(ward: Ward) -> None:
    first, second = ward(Sent("s1")), ward(Sent("s1"), name="other")
    client = Client(first.url)
    client.sign_in(TRAINER)
    assert "/sign-in" == Client(second.url, client.cookies).get("/").to
