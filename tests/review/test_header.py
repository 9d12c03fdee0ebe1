"""Signing in by a trusted proxy: what it says is believed, and what anybody else says in its place is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.site import HeaderSignIn
from review.rules.proxies import Proxies
from review.sign_in.demo import DemoWay
from review.sign_in.header import HeaderWay
from review.sign_in.way import SignInWay
from tests.review.browser import Client
from tests.review.registered import GP, LEAD, NURSE, failures, signed_in, site
from tests.review.ward import Served

HERE = Proxies.of(["127.0.0.1"])
PLAN = HeaderSignIn(name="X-Forwarded-Email")


def behind(proxies: Proxies, plan: HeaderSignIn = PLAN) -> list[SignInWay]:
    return [HeaderWay(plan, proxies)]


def offered(one: Served, who: str = GP.email) -> Client:
    """A browser that was shown the button to continue as this person."""
    client = Client(one.url)
    assert "Continue as" in client.send("GET", "/sign-in", X_Forwarded_Email=who).text
    return client


def announced(client: Client, method: str, path: str, who: str, **more: str) -> str:
    """A request through the proxy; gives where it leads, or its status."""
    body = f"form_token={client.token}".encode() if method == "POST" else b""
    kind = "application/x-www-form-urlencoded"
    reply = client.send(method, path, body, content_type=kind, X_Forwarded_Email=who, **more)
    return reply.to or str(reply.status)


def test_whom_the_proxy_announces_comes_in_with_one_click(tmp_path: Path) -> None:
    with site(tmp_path, lambda _: behind(HERE), proxies=HERE) as one:
        client = Client(one.url)
        page = client.send("GET", "/sign-in", X_Forwarded_Email=GP.email.upper())
        assert f"Continue as {GP.name}" in page.text
        assert "/" == announced(client, "POST", "/sign-in/header", GP.email.upper())
        assert "200" == announced(client, "GET", "/", GP.email)
        assert [(GP.person_id, "header")] == signed_in(one.store)


def test_a_session_is_over_where_the_proxy_announces_somebody_else_or_nobody(tmp_path: Path) -> None:
    with site(tmp_path, lambda _: behind(HERE), proxies=HERE) as one:
        client = offered(one)
        announced(client, "POST", "/sign-in/header", GP.email)
        assert "200" == announced(client, "GET", "/", GP.email)
        assert "/sign-in" == announced(client, "GET", "/", LEAD.email)
        assert "/sign-in" == client.get("/").to
        assert "403" == announced(client, "POST", "/queue/next", LEAD.email)


def test_whoever_is_not_registered_stays_out(tmp_path: Path) -> None:
    with site(tmp_path, lambda _: behind(HERE), proxies=HERE) as one:
        client = offered(one)
        for who in ("stranger@clinic.example", f"{GP.email}, {LEAD.email}", NURSE.email, "", " "):
            assert "403" == announced(client, "POST", "/sign-in/header", who), who
            assert ("unknown" if who.strip() else "no_header") == failures(one.store)[-1]
            assert "Continue as" not in client.send("GET", "/sign-in", X_Forwarded_Email=who).text
        assert [] == signed_in(one.store)


def test_a_header_may_hold_the_subject(tmp_path: Path) -> None:
    plan = HeaderSignIn(name="X-Forwarded-Email", holds="subject")
    with site(tmp_path, lambda _: behind(HERE, plan), proxies=HERE) as one:
        client = offered(one, NURSE.subject)
        assert "403" == announced(client, "POST", "/sign-in/header", NURSE.email)
        assert "/" == announced(client, "POST", "/sign-in/header", NURSE.subject)


def test_from_anywhere_else_the_header_is_refused_on_every_page(tmp_path: Path) -> None:
    elsewhere = Proxies.of(["10.0.0.5"])
    with site(tmp_path, lambda _: [*behind(elsewhere), DemoWay()], proxies=elsewhere) as one:
        client = Client(one.url)
        assert "403" == announced(client, "GET", "/sign-in", GP.email)
        assert 200 == client.get("/sign-in").status
        for who, more in ((GP.email, {}), (GP.email, {"X_Forwarded_For": "10.0.0.5"})):
            assert "403" == announced(client, "POST", "/sign-in/header", who, **more)
        assert [] == signed_in(one.store)


def test_tries_are_counted_by_whom_a_believed_proxy_heard_from(tmp_path: Path) -> None:
    with site(tmp_path, lambda _: behind(HERE), proxies=HERE) as one:
        client = offered(one)
        said = [announced(client, "POST", "/sign-in/header", "x", X_Forwarded_For="192.0.2.7") for _ in range(61)]
        assert ["403"] * 60 + ["429"] == said
        spoofed = announced(client, "POST", "/sign-in/header", "x", X_Forwarded_For="192.0.2.9, 192.0.2.7")
        assert "429" == spoofed
        assert "403" == announced(client, "POST", "/sign-in/header", "x", X_Forwarded_For="192.0.2.8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "10.1.2.3", "192.0.2.1"),
        ("10.0.0.5", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.5", "198.51.100.9, 192.0.2.1", "192.0.2.1"),
        ("10.0.0.5", "192.0.2.1, 10.9.9.9", "192.0.2.1"),
        ("::ffff:10.0.0.5", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "unknown", "unknown"),
        ("not an address", "192.0.2.1", "not an address"),
    ],
)
def test_where_a_request_comes_from(peer: str, forwarded: str, expected: str) -> None:
    assert expected == Proxies.of(["10.0.0.0/8", "fd00::/8"]).client_of(peer, forwarded)


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=6))
def test_nothing_that_a_stranger_writes_changes_where_they_come_from(invented: list[str]) -> None:
    proxies = Proxies.of(["10.0.0.5"])
    assert "192.0.2.1" == proxies.client_of("10.0.0.5", ", ".join([*invented, "192.0.2.1"]))
    assert "192.0.2.1" == proxies.client_of("192.0.2.1", ", ".join(invented))
