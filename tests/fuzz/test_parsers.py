"""Whatever stands in a file or a reply, a parser gives a value or the documented error, within a second."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.mutation import UNHURRIED, mutated
from tests.fuzz.target import Target
from tests.fuzz.targets import CORPUS, TARGETS

FOUND = sorted(CORPUS.rglob("*.bin"))
"""What once broke a parser; the folder's name is the parser's."""


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_what_it_begins_from_reads(target: Target, tmp_path: Path) -> None:
    for number, seed in enumerate(target.seeds):
        path = tmp_path / f"{number}{target.suffix}"
        path.write_bytes(seed)
        target.parse(path)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
@given(data=st.data())
@settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=UNHURRIED)
def test_broken_input_is_a_value_or_the_documented_error(target: Target, data: st.DataObject) -> None:
    target.feed(data.draw(mutated(target.seeds, is_yaml=target.is_yaml)))


@pytest.mark.parametrize("path", FOUND, ids=[f"{one.parent.name}-{one.stem}" for one in FOUND])
def test_what_once_broke_a_parser_breaks_it_no_more(path: Path) -> None:
    TARGETS[path.parent.name].feed(path.read_bytes())
