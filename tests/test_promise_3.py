"""Promise 3: before a clinician commits, no byte that the browser receives tells what the judges said or why the item
is there. From a run's judges to the browser; the workspace's own tests are in `tests/review/test_blind.py`."""

import re
from pathlib import Path

import pytest

from tests.build import reply_json
from tests.conftest import Workspace
from tests.review.browser import Client
from tests.review.ward import TRAINER, admit, served
from tests.test_promises import FLAG, SAFE, Json, panel

_RANDOM = re.compile(r"(caveat_\w+=[\w-]+|name=\"form_token\" value=\"[^\"]*\"|'date', '[^']*'|127\.0\.0\.1:\d+)")
_PAGES = ("", "/criteria/1", "/overall", "/check", "/reveal", "/done")


def received(folder: Path, *replies: Json | None) -> list[str]:
    """All that a browser gets until its person is about to commit; after that the judges are shown."""
    workspace = Workspace(folder)
    panel(workspace, *replies, policy={"provisional": True, "audit_rate": 1.0})
    admit(workspace.open_store())
    with served(workspace.open_store(), root=folder) as one:
        client = Client(one.url)
        client.sign_in(TRAINER)
        client.get("/queue")
        item = client.post("/queue/next").to
        client.judge(item.removeprefix("/items/"), "satisfied")
        for page in _PAGES:
            client.get(item + page)
        client.post(f"{item}/reveal")
        before = [_RANDOM.sub("", text) for text in client.seen]
        assert f"{item}/reveal" == client.post(f"{item}/lock").to
        assert "j0" in client.get(f"{item}/reveal").text
    assert len(before) > len(_PAGES)
    return before


@pytest.mark.parametrize(
    "replies",
    [(FLAG, FLAG, FLAG), (FLAG, SAFE, None), (reply_json(answer="cannot_tell"), SAFE, SAFE), (None, None, None)],
    ids=["flagged", "differing", "in doubt", "failed"],
)
def test_promise_3_before_a_clinician_commits_no_byte_tells_what_the_judges_said_or_why_the_item_is_there(
    tmp_path: Path, replies: tuple[Json | None, ...]
) -> None:
    assert received(tmp_path / "audited", SAFE, SAFE, SAFE) == received(tmp_path / "other", *replies)
