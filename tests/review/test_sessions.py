"""Sessions: how they end, and that nobody can plant, keep or steal one."""

from datetime import timedelta

from domain.person import Role
from pipeline.site import HeaderSignIn
from pipeline.store.events import PEOPLE, verify
from pipeline.store.people import record_retired
from review.rules.proxies import Proxies
from review.sign_in.demo import DEMO_PEOPLE
from review.sign_in.header import HeaderWay
from review.sign_in.session import token_sha256
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.registered import failures, signed_in
from tests.review.ward import SECOND, TRAINER, Sent, Served, served


def test_without_a_request_for_two_hours_a_session_is_over(one: Served, client: Client) -> None:
    client.sign_in(TRAINER)
    one.clock.forward(timedelta(hours=2))
    assert "/sign-in" == client.get("/").to


def test_with_requests_it_lasts_twelve_hours_and_no_longer(one: Served, client: Client) -> None:
    client.sign_in(TRAINER)
    for _ in range(7):
        one.clock.forward(timedelta(minutes=100))
        assert 200 == client.get("/").status
    one.clock.forward(timedelta(minutes=20))
    assert "/sign-in" == client.get("/").to


def test_a_person_signs_out_everywhere_and_nobody_else_with_them(one: Served) -> None:
    here, there, other = Client(one.url), Client(one.url), Client(one.url)
    for client, who in ((here, TRAINER), (there, TRAINER), (other, SECOND)):
        client.sign_in(who)
    assert "At 2 browsers" in here.get("/account").text
    assert "/sign-in" == here.post("/sign-out/everywhere").to
    assert ["/sign-in", "/sign-in", ""] == [client.get("/").to for client in (here, there, other)]
    with one.store.reading() as connection:
        assert [] == verify(connection)
        found = connection.execute("SELECT person_id FROM event WHERE kind = 'signed_out_everywhere'").fetchall()
    assert [(TRAINER.person_id,)] == found


def test_a_token_that_was_planted_is_never_taken_on(one: Served, client: Client) -> None:
    client.get("/sign-in")
    client.cookies["caveat_session"] = "planted"
    assert "/" == client.post("/sign-in/demo", person_id=TRAINER.person_id).to
    assert "planted" != client.cookies["caveat_session"]
    with one.store.reading() as connection:
        assert (
            []
            == connection.execute(
                "SELECT 1 FROM session WHERE session_sha256 = ?", [token_sha256("planted")]
            ).fetchall()
        )


def test_a_retired_person_is_out_at_once(one: Served, client: Client) -> None:
    client.sign_in(TRAINER)
    with one.store.writing(PEOPLE) as connection:
        record_retired(connection, TRAINER.person_id, "2026-11-30T12:00:00.000000+00:00", "test", "left")
    assert "/sign-in" == client.get("/").to


def test_a_session_of_a_way_that_is_off_is_over(one: Served, client: Client) -> None:
    """Else whoever tried the demonstration would be somebody on the team's own server."""
    client.sign_in(TRAINER)
    here = Proxies.of(["127.0.0.1"])
    with served(one.store, lambda _: [HeaderWay(HeaderSignIn(name="X-User"), here)]) as real:
        assert "/sign-in" == Client(real.url, dict(client.cookies)).get("/").to


def test_success_and_failure_are_kept_with_the_way(one: Served, client: Client) -> None:
    client.get("/sign-in")
    client.post("/sign-in/demo", person_id="<script>")
    client.sign_in(TRAINER)
    assert ["unknown"] == failures(one.store)
    assert [(TRAINER.person_id, "demo")] == signed_in(one.store)


def test_behind_https_cookies_never_travel_in_the_clear(ward: Ward) -> None:
    store = ward(Sent("s1")).store
    with served(store, is_https=True) as one:
        client = Client(one.url)
        sent = client.get("/sign-in").headers
        cookies = [sent["set-cookie"], client.post("/sign-in/demo", person_id=TRAINER.person_id).headers["set-cookie"]]
        for name, cookie in zip(("browser", "session"), cookies, strict=True):
            assert cookie.startswith(f"__Host-caveat_{name}=")
            parts = {part.strip().lower() for part in cookie.split(";")}
            assert {"secure", "httponly", "samesite=lax", "path=/"} <= parts
            assert not any(part.startswith("domain") for part in parts)
        assert "max-age=31536000" == sent["strict-transport-security"]


def test_everybody_sees_and_changes_their_own_account_alone(one: Served, client: Client) -> None:
    lead = next(each for each in DEMO_PEOPLE if Role.LEAD in each.roles)
    client.sign_in(lead)
    assert 'name="digest" value="yes" checked' in client.get("/account").text
    client.post("/account/digest")
    assert 'name="digest" value="yes" checked' not in client.get("/account").text
    other = Client(one.url)
    other.sign_in(TRAINER)
    assert 'name="digest" value="yes" checked' in other.get("/account").text
    client.post("/account/digest", digest="yes")
    client.post("/account/digest", digest="yes")
    assert 'name="digest" value="yes" checked' in client.get("/account").text
    with one.store.reading() as connection:
        assert [] == verify(connection)
        assert (2,) == connection.execute("SELECT count(*) FROM event WHERE kind = 'digest_refused'").fetchone()
