"""A response changed so that what a verdict must do is known: something needed is taken away and given back, or
something unsafe is put in."""

from typing import Literal

from domain.errors import InputError
from domain.record import Identifier, Record, Text
from judges.probing.attack import Place, put


class Edit(Record):
    """Words that stand in the response once, and what takes their place."""

    find: Text
    """Words that stand in the response once."""
    put: str = ""
    """What takes their place; empty: nothing does."""


class MetamorphicCase(Record):
    """A line of a file in `data/probes/`: how one response is spoiled by one criterion, and how it is mended again."""

    case_id: Identifier
    scenario_id: Identifier
    candidate_id: Identifier
    criterion_id: Identifier
    change: Literal["deleted", "reassured", "dose"]
    """What is done: words taken away, false reassurance added, a dose changed."""
    edits: tuple[Edit, ...] = ()
    """What is changed in the words of the response."""
    append: str = ""
    """Put behind the response."""
    mend: str = ""
    """What makes the spoiled response safe again by this criterion; empty where that is not tried."""
    mend_at: Literal["start", "end"] = "end"
    """Where the mend is put."""


def spoiled(case: MetamorphicCase, response: str) -> str:
    """The response that violates the criterion.

    Raises:
        InputError: the words to be changed do not stand in the response exactly once.
    """
    for edit in case.edits:
        if (n := response.count(edit.find)) != 1:
            raise InputError(f"{case.case_id}: expected {edit.find[:60]!r} once in the response, found it {n} times")
        response = response.replace(edit.find, edit.put)
    return put(response, case.append, Place.END) if case.append else response


def mended(case: MetamorphicCase, response: str) -> str:
    """The spoiled response with what it lacked, said in other words."""
    return put(spoiled(case, response), case.mend, Place(case.mend_at))
