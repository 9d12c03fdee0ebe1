"""Two pages of one person on one part of an item do not undo each other."""

import pytest

from pipeline.store.drafts import Fields, fetch_draft
from review.rules.merging import merged, seen_of
from tests.review.forms import shown_fields
from tests.review.ward import TRAINER, Sent, Served, reader

ITEM = Sent("s1").item_id
FORM = f"/items/{ITEM}/criteria/1"


@pytest.mark.parametrize(
    ("shown", "stored", "sent", "touched", "kept"),
    [
        pytest.param([], ["new"], [""], (), ["new"], id="elsewhere"),
        pytest.param(["old"], ["new"], ["old"], (), ["new"], id="elsewhere anew"),
        pytest.param(["old"], [], ["old"], (), [], id="taken out elsewhere"),
        pytest.param(["old"], ["new"], ["here"], (), ["here"], id="both: the last"),
        pytest.param(["old"], ["new"], [""], (), [""], id="taken out here"),
        pytest.param([], ["new"], [""], ("risk",), [""], id="written and taken out here"),
        pytest.param([], [], ["here"], (), ["here"], id="here"),
    ],
)
def test_a_field_is_taken_from_the_page_on_which_it_was_changed(
    shown: list[str], stored: list[str], sent: list[str], touched: tuple[str, ...], kept: list[str]
) -> None:
    seen = seen_of({"risk": shown, "value": ["violated"]})
    assert {"risk": kept} == merged({"risk": sent}, {"risk": stored}, seen, touched)


def test_a_form_that_does_not_say_what_it_showed_says_all() -> None:
    sent: Fields = {"risk": [""], "sentence": []}
    assert sent == merged(sent, {"risk": ["new"], "sentence": ["0-9"]}, "", ())


def test_what_was_written_in_one_tab_is_not_undone_by_saving_in_the_other(one: Served) -> None:
    client = reader(one)
    client.post(f"/items/{ITEM}/take")
    for path, field in ((FORM, "risk"), (f"/items/{ITEM}/overall", "could_still")):
        other = shown_fields(client.get(path).text)
        part = other["part"]
        client.post(f"/items/{ITEM}/draft", part=part, field=field, value="half a thought")
        assert 303 == client.post(path, **other).status
        with one.store.reading() as connection:
            assert ["half a thought"] == list(fetch_draft(connection, ITEM, TRAINER.person_id)[part][field])
