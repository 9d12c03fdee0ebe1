"""Fixtures: a workspace on disk and a real endpoint on loopback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from tests.build import rubric_json, scenario_json
from tests.endpoint import Endpoint, Say, endpoint

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


class Workspace:
    """A folder that a run can work in; every file can be replaced before it starts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("system.md", "case.md", "question.md"):
            self.write(f"prompts/{name}", (ROOT / "prompts" / name).read_text(encoding="utf-8"))
        self.write("config/prices.yaml", (ROOT / "config/prices.yaml").read_text(encoding="utf-8"))
        self.jsonl("data/scenarios/all.jsonl", [scenario_json("s1"), scenario_json("s2")])
        self.yaml("rubrics/r1.yaml", rubric_json())

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def jsonl(self, name: str, rows: list[dict[str, Any]]) -> Path:
        return self.write(name, b"".join(orjson.dumps(row) + b"\n" for row in rows))

    def yaml(self, name: str, value: dict[str, Any]) -> Path:
        return self.write(name, yaml.safe_dump(value, allow_unicode=True, sort_keys=False))

    def config(self, **changes: Any) -> Path:
        """config/c.yaml: one scripted candidate and the lexicon judge, unless changed."""
        self.jsonl(
            "data/responses/all.jsonl",
            [{"scenario_id": s, "candidate_id": "a", "response": f"Reply to {s}. Rest."} for s in ("s1", "s2")],
        )
        whole = {
            "schema": "config/1",
            "name": "c",
            "run_id": "c",
            "scenarios": ["data/scenarios/*.jsonl"],
            "candidates": [{"candidate_id": "a", "provider": "scripted", "script": ["data/responses/*.jsonl"]}],
            "judges": [{"judge_id": "lexicon", "provider": "lexicon"}],
            "rubrics": ["rubrics/*.yaml"],
        }
        return self.yaml("config/c.yaml", {k: v for k, v in {**whole, **changes}.items() if v is not None})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def serve() -> Iterator[Callable[[Say], Endpoint]]:
    """Start endpoints that end with the test."""
    with ExitStack() as stack:
        yield lambda say: stack.enter_context(endpoint(say))


@pytest.fixture
def shared() -> Path:
    """The folder of real data beside the repository; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside the repository: the real data is not part of it")
    return SHARED
