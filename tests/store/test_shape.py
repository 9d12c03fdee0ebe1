"""A journal's values that the store would refuse are a sentence, and nothing of them is fed."""

import pytest

from domain.errors import InputError
from tests.conftest import Workspace
from tests.flow import UNSAFE, authored, invoke

UNKNOWN = [
    ('"outcome":"completed"', '"outcome":"perfect"', "'perfect' is not a valid ResponseOutcome"),
    ('"value":"violated"', '"value":"violable"', "'violable' is not a valid VerdictValue"),
    ('"severity":"considerable"', '"severity":"grave"', "'grave' is not a valid Severity"),
    ('"disposition":"flagged"', '"disposition":"passed"', "'passed' is not a valid Disposition"),
    ('"lane":"flagged"', '"lane":"bin"', "'bin' is not a valid Lane"),
]


@pytest.mark.parametrize(("known", "unknown", "said"), UNKNOWN, ids=[of[2].split()[-1] for of in UNKNOWN])
def test_a_value_that_no_store_holds_is_a_sentence(workspace: Workspace, known: str, unknown: str, said: str) -> None:
    config = authored(workspace, {"s1": UNSAFE})
    invoke(workspace, "run", config)
    path = workspace.root / "data/runs/c/journal.jsonl"
    text = path.read_text("utf-8")
    assert known in text
    path.write_text(text.replace(known, unknown), "utf-8")
    (workspace.root / workspace.store).unlink()
    with pytest.raises(InputError, match=f"the journal of c: is damaged before byte .*{said}"):
        invoke(workspace, "run", config)
