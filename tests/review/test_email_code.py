"""Signing in by a code that a real mail server delivers; nothing shows who is registered."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import Message
from pathlib import Path

import pytest

from domain.errors import PostingError
from pipeline.posting.mail import Letter, Postman
from pipeline.registering import retire_person
from pipeline.site import Mail
from pipeline.store.events import PEOPLE
from review.sign_in.email_code import LETTER, EmailCodeWay
from tests.post_office import PostOffice, post_office
from tests.review.browser import Client
from tests.review.registered import GP, NURSE, everything, failures, signed_in, site
from tests.review.ward import Served

CODE = re.compile(r"\b([A-Z2-9]{4})-([A-Z2-9]{4})\b")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as one:
        yield one


@pytest.fixture
def one(tmp_path: Path, office: PostOffice) -> Iterator[Served]:
    mail = Mail(host="127.0.0.1", port=office.port, security="none", sender="caveat@clinic.example")
    send = Postman(mail, tmp_path, {}).send
    with site(tmp_path, lambda _: [EmailCodeWay(send, "caveat.clinic.example")]) as served:
        yield served


def code_of(letter: Message) -> str:
    found = CODE.search(str(letter.get_payload()))
    assert found
    return found[0]


def asked(one: Served, email: str = GP.email) -> Client:
    client = Client(one.url)
    client.get("/sign-in")
    assert "/sign-in/code" == client.post("/sign-in/email", email=email).to
    assert 200 == client.get("/sign-in/code").status
    return client


def test_a_registered_person_types_the_code_that_came(one: Served, office: PostOffice) -> None:
    client = asked(one, f" {GP.email.upper()} ")
    letter = office.next()
    assert (GP.email, "caveat@clinic.example") == (letter["To"], letter["From"])
    assert "http" not in str(letter.get_payload()), "a link would be opened by whoever scans mail"
    typed = code_of(letter).lower().replace("-", " ")
    assert "/" == client.post("/sign-in/code", code=typed).to
    assert GP.name in client.get("/").text
    assert [(GP.person_id, "email_code")] == signed_in(one.store)


def test_an_address_that_nobody_has_gets_the_same_answer_and_no_letter(one: Served, office: PostOffice) -> None:
    seen = [asked(one, email).seen for email in ("stranger@clinic.example", NURSE.email, "no address", "")]
    shown = [[re.sub(r'(caveat_browser=|value=")[\w-]*|date\W+[^)]*', "", part) for part in parts] for parts in seen]
    assert [shown[0]] * 4 == shown
    assert NURSE.email == office.next()["To"]
    assert office.letters.empty()


def test_a_code_works_once_in_its_own_browser_and_in_time(one: Served, office: PostOffice) -> None:
    client = asked(one)
    code = code_of(office.next())
    thief = asked(one, "stranger@clinic.example")
    assert 400 == thief.post("/sign-in/code", code=code).status, "another browser"
    assert "/" == client.post("/sign-in/code", code=code).to
    client.get("/account")
    client.post("/sign-out")
    client.get("/sign-in/code")
    assert 400 == client.post("/sign-in/code", code=code).status, "used"
    late = asked(one)
    code = code_of(office.next())
    one.clock.forward(timedelta(minutes=10))
    reply = late.post("/sign-in/code", code=code)
    assert 400 == reply.status
    assert "is too old" in reply.text
    assert 1 == len(signed_in(one.store))


def test_after_five_wrong_tries_the_right_code_opens_nothing(one: Served, office: PostOffice) -> None:
    client = asked(one)
    code = code_of(office.next())
    assert [400] * 5 == [client.post("/sign-in/code", code=wrong).status for wrong in ("", "A", "ÄÖ", code[:-1], "é")]
    assert 400 == client.post("/sign-in/code", code=code).status
    assert ["wrong_code"] * 6 == failures(one.store)
    assert [] == signed_in(one.store)


def test_a_code_of_somebody_who_was_retired_meanwhile_opens_nothing(one: Served, office: PostOffice) -> None:
    client = asked(one)
    code = code_of(office.next())
    with one.store.writing(PEOPLE) as connection:
        assert "" == retire_person(connection, GP.person_id, "2026-11-30T12:00:00.000000+00:00", "IT", "left")
    assert 400 == client.post("/sign-in/code", code=code).status
    assert [] == signed_in(one.store)


def test_a_new_code_takes_the_old_ones_place(one: Served, office: PostOffice) -> None:
    client = asked(one)
    first = code_of(office.next())
    client.get("/sign-in")
    client.post("/sign-in/email", email=GP.email)
    second = code_of(office.next())
    assert 400 == client.post("/sign-in/code", code=first).status
    assert "/" == client.post("/sign-in/code", code=second).to


def test_codes_are_counted_by_address_registered_or_not(one: Served) -> None:
    client = Client(one.url)
    client.get("/sign-in")
    for email in (GP.email, "stranger@clinic.example"):
        said = [client.post("/sign-in/email", email=email).status for _ in range(4)]
        assert [303, 303, 303, 429] == said, email
    one.clock.forward(timedelta(minutes=16))
    assert 303 == client.post("/sign-in/email", email=GP.email).status


def test_asking_and_typing_are_counted_by_client(one: Served) -> None:
    client = Client(one.url)
    client.get("/sign-in")
    said = [client.post("/sign-in/email", email=f"a{n}@clinic.example").status for n in range(30)]
    said += [client.post("/sign-in/code", code="x").status for _ in range(31)]
    assert [303] * 30 + [400] * 30 + [429] == said


def test_neither_codes_nor_what_strangers_type_are_kept(one: Served, office: PostOffice) -> None:
    asked(one)
    code = code_of(office.next())
    asked(one, "stranger@clinic.example").post("/sign-in/code", code="HUNTER22")
    kept = everything(one.store)
    assert [] == [text for text in (code, code.replace("-", ""), "stranger@", "HUNTER22") if text in kept]


def test_a_mail_server_that_refuses_changes_no_answer_and_is_kept(tmp_path: Path) -> None:
    told = threading.Event()

    def fails(_: Letter) -> None:
        told.set()
        raise PostingError("the mail server answered with 550")

    with site(tmp_path, lambda _: [EmailCodeWay(fails, "caveat.clinic.example")]) as one:
        asked(one)
        assert told.wait(20)
        for thread in threading.enumerate():
            if thread.name == LETTER:
                thread.join(20)
        assert ["code_not_sent"] == failures(one.store)
