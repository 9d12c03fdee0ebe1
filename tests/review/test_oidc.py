"""Signing in with the organisation's account, at a real provider over real HTTP; and how it must not succeed."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser

from pipeline.site import OidcSignIn
from pipeline.store.events import PEOPLE, verify
from pipeline.store.people import record_retired
from review.sign_in.oidc import CALLBACK, OidcWay
from review.sign_in.provider import Provider
from tests.endpoint import served as serving
from tests.review.browser import Client, Reply
from tests.review.oidc_provider import CLIENT_ID, KEY, OTHER_KEY, SECRET, Account, Json, OidcProvider, Ways
from tests.review.registered import GP, NURSE, everything, failures, signed_in, site
from tests.review.ward import Clock, Served


@contextmanager
def organisation(folder: Path, secret: str | None = SECRET) -> Generator[tuple[Served, OidcProvider]]:
    clock = Clock()
    with serving(OidcProvider(clock)) as provider:
        plan = OidcSignIn(issuer=provider.issuer, client_id=CLIENT_ID)
        with site(folder, lambda url: [OidcWay(Provider(plan, secret, url + CALLBACK), "NHSmail")], clock=clock) as one:
            yield one, provider


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Served, OidcProvider]]:
    with organisation(tmp_path) as found:
        yield found


def leave(client: Client) -> str:
    """To the provider and its answer; gives where it sends the browser back to."""
    client.get("/sign-in")
    address = urlsplit(client.get("/sign-in/oidc").to)
    assert "select_account" in address.query
    back = urlsplit(Client(f"{address.scheme}://{address.netloc}").get(f"{address.path}?{address.query}").to)
    return f"{back.path}?{back.query}"


def come_in(one: Served) -> tuple[Client, Reply]:
    client = Client(one.url)
    return client, client.get(leave(client))


def test_a_registered_person_with_a_verified_address_comes_in(there: tuple[Served, OidcProvider]) -> None:
    one, provider = there
    client, reply = come_in(one)
    assert "/" == reply.to
    assert f"<strong>{GP.name}</strong>" in client.get("/").text
    assert [(GP.person_id, "oidc")] == signed_in(one.store)
    assert 1 == provider.n_redeemed
    with one.store.reading() as connection:
        assert [] == verify(connection)


def test_a_registered_subject_comes_in_whatever_the_address(there: tuple[Served, OidcProvider]) -> None:
    one, provider = there
    provider.account = Account("sub-nurse", None)
    assert "/" == come_in(one)[1].to
    provider.account = Account("sub-nurse", GP.email)
    assert "/" == come_in(one)[1].to
    assert [(NURSE.person_id, "oidc")] * 2 == signed_in(one.store)


def test_an_address_that_stands_at_the_userinfo_endpoint_alone_is_found(there: tuple[Served, OidcProvider]) -> None:
    one, provider = there
    provider.ways = Ways(has_thin_token=True)
    assert "/" == come_in(one)[1].to
    provider.ways = Ways(has_thin_token=True, told_of="somebody-else")
    assert 403 == come_in(one)[1].status


@pytest.mark.parametrize(("client", "secret"), [("post", SECRET), ("public", None)])
def test_a_client_shows_who_it_is_as_the_provider_asks(
    tmp_path: Path, client: Literal["post", "public"], secret: str | None
) -> None:
    with organisation(tmp_path, secret) as (one, provider):
        offered = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        provider.ways = Ways(client=client, document=lambda found: found | offered)
        assert "/" == come_in(one)[1].to


def changed(**changes: Any) -> Ways:
    return Ways(claims=lambda claims: {k: v for k, v in {**claims, **changes}.items() if v is not None})


def shifted(name: str, seconds: int) -> Ways:
    return Ways(claims=lambda claims: claims | {name: claims[name] + seconds})


def with_public_key(claims: Json) -> str:
    """The classic forgery: the provider's public key used as if it were a shared secret."""
    public = OctKey.import_key(KEY.as_pem(private=False).replace(b"-----", b"_____"))
    return jwt.encode({"alg": "HS256", "kid": "k1"}, claims, public)


def unsigned(claims: Json) -> str:
    signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, KEY)
    return f"eyJhbGciOiJub25lIn0.{signed.split('.')[1]}."


FORGERIES: dict[str, tuple[Ways, str]] = {
    "another nonce": (changed(nonce="other"), "token_refused: nonce"),
    "no nonce": (changed(nonce=None), "token_refused: nonce"),
    "for another client": (changed(aud="another"), "token_refused: aud"),
    "for several, of whom another asked": (changed(aud=[CLIENT_ID, "b"], azp="b"), "token_refused: azp"),
    "of another issuer": (changed(iss="https://evil.example"), "token_refused: iss"),
    "expired": (shifted("exp", -400), "token_refused: exp"),
    "without an end": (changed(exp=None), "token_refused: exp"),
    "from the future": (shifted("iat", 900), "token_refused: iat"),
    "of nobody": (changed(sub=""), "token_refused: sub"),
    "another access token's": (changed(at_hash="AAAA"), "token_refused: at_hash"),
    "signed with another key": (
        Ways(sign=lambda claims: jwt.encode({"alg": "RS256", "kid": "k1"}, claims, OTHER_KEY)),
        "token_refused: bad_signature",
    ),
    "signed with the public key": (Ways(sign=with_public_key), "token_refused: unsupported_algorithm"),
    "not signed": (Ways(sign=unsigned), "token_refused: unsupported_algorithm"),
    "no token at all": (Ways(sign=lambda _: "x.y"), "token_refused: decode_error"),
}


def test_a_token_that_does_not_hold_opens_nothing(there: tuple[Served, OidcProvider]) -> None:
    one, provider = there
    for name, (ways, why) in FORGERIES.items():
        provider.ways = ways
        client, reply = come_in(one)
        assert 400 == reply.status, name
        assert "could not be signed in with NHSmail" in reply.text
        assert "/sign-in" == client.get("/").to
        assert why == failures(one.store)[-1], name
    assert [] == signed_in(one.store)


STRANGERS = (
    Account(email_verified=False),
    Account(email_verified=None),
    Account(email_verified="true"),
    Account(email=None),
    Account("sub-1", "stranger@clinic.example"),
    Account("sub-of-whoever-has-her-address-now", NURSE.email),
)


def test_whoever_is_not_registered_or_not_verified_stays_out(there: tuple[Served, OidcProvider]) -> None:
    one, provider = there
    for account in STRANGERS:
        provider.account = account
        client, reply = come_in(one)
        assert 403 == reply.status, account
        assert "Ask a lead to register you" in reply.text
        assert "/sign-in" == client.get("/").to
    assert [] == signed_in(one.store)
    assert len(STRANGERS) == len(failures(one.store))


def test_somebody_retired_stays_out(there: tuple[Served, OidcProvider]) -> None:
    one, _ = there
    with one.store.writing(PEOPLE) as connection:
        record_retired(connection, GP.person_id, "2026-11-30T11:00:00.000000+00:00", "test", "left")
    assert 403 == come_in(one)[1].status


def test_a_try_is_finished_once_by_the_browser_that_began_it_and_in_time(there: tuple[Served, OidcProvider]) -> None:
    one, provider = there
    client = Client(one.url)
    back = leave(client)
    assert "/" == client.get(back).to
    assert 400 == client.get(back).status, "replayed"
    victim, attacker = Client(one.url), Client(one.url)
    victim.get("/sign-in")
    back = leave(attacker)
    assert 400 == victim.get(back).status, "somebody else's answer"
    assert "/" == attacker.get(back).to
    late = leave(victim)
    one.clock.forward(timedelta(minutes=11))
    assert 400 == victim.get(late).status, "too late"
    assert 400 == victim.get(f"{CALLBACK}?code=x&state=invented").status
    assert ["state"] * 4 == failures(one.store)
    assert 2 == provider.n_redeemed


def test_an_answer_without_a_code_of_another_sender_or_with_an_invented_code_opens_nothing(
    there: tuple[Served, OidcProvider],
) -> None:
    one, _ = there
    client = Client(one.url)
    answers = {
        "error=access_denied": "declined",
        "code=x&iss=https://evil.example": "declined",
        "code=invented": "code_refused",
    }
    for answer, why in answers.items():
        state = parse_qs(urlsplit(leave(client)).query)["state"][0]
        assert 400 == client.get(f"{CALLBACK}?{answer}&state={state}").status
        assert why == failures(one.store)[-1]
    assert "/sign-in" == client.get("/").to


def test_a_provider_that_is_not_as_configured_gets_no_browser(there: tuple[Served, OidcProvider]) -> None:
    one, provider = there
    client = Client(one.url)
    client.get("/sign-in")
    wrong: list[tuple[Callable[[Json], Any], str]] = [
        (lambda found: found | {"issuer": "https://evil.example"}, "misconfigured"),
        (lambda _: [], "misconfigured"),
        (lambda _: 7, "unreachable"),
        (lambda found: found | {"authorization_endpoint": "http://evil.example/authorize"}, "misconfigured"),
    ]
    for document, why in wrong:
        provider.ways = Ways(document=document)
        assert 400 == client.get("/sign-in/oidc").status
        assert why == failures(one.store)[-1]


def test_a_provider_that_is_away_is_a_sentence(tmp_path: Path) -> None:
    plan = OidcSignIn(issuer="http://127.0.0.1:9", client_id=CLIENT_ID)
    with site(tmp_path, lambda url: [OidcWay(Provider(plan, SECRET, url + CALLBACK), "NHSmail")]) as one:
        client = Client(one.url)
        assert "/sign-in" == client.get("/sign-in/oidc").to, "no browser to bind the try to"
        client.get("/sign-in")
        assert 400 == client.get("/sign-in/oidc").status
        assert ["unreachable"] == failures(one.store)


def test_no_secret_of_it_is_kept_or_sent(there: tuple[Served, OidcProvider]) -> None:
    one, provider = there
    client = Client(one.url)
    back = leave(client)
    client.get(back)
    client.get("/")
    kept, sent = everything(one.store), "\n".join(client.seen)
    secrets = [SECRET, *parse_qs(urlsplit(back).query)["code"], "access-1"]
    assert [] == [one for one in secrets if one in kept or one in sent]
    assert 0 == len(provider.codes)


def test_tries_are_counted(there: tuple[Served, OidcProvider]) -> None:
    client = Client(there[0].url)
    client.get("/sign-in")
    said = [client.get(path).status for path in ["/sign-in/oidc"] * 30 + [f"{CALLBACK}?state=x"] * 31]
    assert [303] * 30 + [400] * 30 + [429] == said


def test_a_browser_goes_there_and_comes_back_without_a_script(
    chromium: Browser, there: tuple[Served, OidcProvider]
) -> None:
    one, _ = there
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(one.url)
    page.get_by_role("button", name="Sign in with NHSmail").click()
    page.wait_for_url(f"{one.url}/")
    assert page.get_by_text(GP.name).is_visible()
    context.close()
