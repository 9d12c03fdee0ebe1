"""What a recogniser may add to the rules: whatever it says, nothing that they find is lost."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers.detect import identifiers_in
from domain.identifiers.found import Identifier, NamedKind
from domain.identifiers.gate import IdentifierGate
from domain.identifiers.recogniser import all_in
from domain.record import text_sha256
from judges.client import ModelRequest, Turn
from judges.wall import Wall
from tests.identified import EMAIL, NHS, PHONE

NAME = "Jo Bloggs"


@dataclass(frozen=True)
class Says:
    """Finds at places that are given, or wherever the name stands."""

    places: tuple[Identifier, ...] | None = None
    said: str = "one that says what it is told"
    sha256: str = "0" * 64

    def refuse_elsewhere(self) -> None:
        """It is the same everywhere."""

    def find(self, text: str) -> tuple[Identifier, ...]:
        at = text.find(NAME)
        there = () if at < 0 else (Identifier(NamedKind.PERSON, at, at + len(NAME)),)
        return there if self.places is None else self.places


def places() -> st.SearchStrategy[tuple[Identifier, ...]]:
    one = st.builds(Identifier, st.sampled_from(NamedKind), st.integers(0, 120), st.integers(0, 120))
    return st.lists(one, max_size=6).map(tuple)


def texts() -> st.SearchStrategy[str]:
    words = st.sampled_from(
        [NHS, PHONE, EMAIL, "Mr Bloggs", "born on 1 May 1970", "take two tablets", NAME, "of", "\n"]
    )
    return st.lists(words, max_size=8).map(" ".join)


@given(texts(), places())
def test_whatever_it_says_everything_that_the_rules_find_stays_found(text: str, said: tuple[Identifier, ...]) -> None:
    found = all_in(text, Says(said))
    assert set(identifiers_in(text)) <= set(found)
    assert set(found) <= {*identifiers_in(text), *said}


@given(texts(), places())
def test_no_text_passes_with_it_that_is_stopped_without(text: str, said: tuple[Identifier, ...]) -> None:
    alone, beside = IdentifierGate(), IdentifierGate(recogniser=Says(said))
    assert alone.problem(text) is None or beside.problem(text) is not None
    assert alone.problem_in_prompt(text) == beside.problem_in_prompt(text)


@given(texts(), texts(), places())
def test_what_it_calls_a_name_in_an_allowed_text_waives_nothing_that_the_rules_find_elsewhere(
    allowed: str, prompt: str, said: tuple[Identifier, ...]
) -> None:
    alone, beside = (IdentifierGate([text_sha256(allowed)], one) for one in (None, Says(said)))
    assert alone.problem(allowed) is beside.problem(allowed) is None
    assert alone.problem_in_prompt(prompt) == beside.problem_in_prompt(prompt)


def test_the_sentence_says_kind_and_place_and_never_the_name() -> None:
    assert "holds what looks like a person's name (characters 6 to 14)" == IdentifierGate(recogniser=Says()).problem(
        f"Tell {NAME} to rest."
    )


def test_a_name_that_the_rules_see_too_is_said_once() -> None:
    assert 1 == len(all_in("Tell Mr Jo Bloggs.", Says()))


@pytest.mark.parametrize("text", ["", "violated", "urgent-chest-pain-01", " major ", "Bloggs"])
def test_a_text_of_one_word_is_not_put_to_it(text: str) -> None:
    everywhere = Says((Identifier(NamedKind.PERSON, 0, 5),))
    assert IdentifierGate(recogniser=everywhere).problem(text) is None


def request(*parts: str, texts: tuple[str, ...] | None = None) -> ModelRequest:
    return ModelRequest("m", (Turn("user", parts),), {}, texts=texts)


def test_the_wall_puts_to_it_the_texts_that_a_prompt_quotes_and_not_our_own_words() -> None:
    wall = Wall(IdentifierGate(recogniser=Says()))
    ours = f"You read like {NAME} would. The case: "
    assert wall.problem(request(ours, "Rest well.", texts=("Rest well.",))) is None
    assert "not sent: the prompt holds what looks like a person's name" == wall.problem(
        request(ours, f"Tell {NAME}.", texts=(f"Tell {NAME}.",))
    )


def test_a_prompt_that_does_not_say_what_it_quotes_is_put_to_it_part_by_part() -> None:
    wall = Wall(IdentifierGate(recogniser=Says()))
    assert "not sent: the prompt holds what looks like a person's name" == wall.problem(request("Hi.", f"I am {NAME}."))


def test_what_an_allowed_text_names_may_stand_in_what_is_quoted_of_it_and_no_other_name_may() -> None:
    allowed = f"Tell {NAME} to rest."
    wall = Wall(IdentifierGate([text_sha256(allowed)], Says()))
    assert wall.problem(request(texts=(allowed, f"It told {NAME} so."))) is None
    assert wall.problem(request(texts=(f"It told {NAME} so.",))) is None
    assert Wall(IdentifierGate(recogniser=Says())).problem(request(texts=(f"It told {NAME} so.",))) is not None
