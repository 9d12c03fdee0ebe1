"""The pages of docs/reference say what the code does."""

import pytest

from tests.reference.pages import FOLDER, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_as_the_code_is_now(name: str) -> None:
    assert PAGES[name]() == (FOLDER / name).read_text("utf-8"), "write it anew: make reference"


def test_there_is_no_other_page() -> None:
    assert set(PAGES) == {one.name for one in FOLDER.iterdir()}
