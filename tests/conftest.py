"""Fixtures: a workspace on disk, a store of either kind and a real endpoint on loopback."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest
import yaml

from pipeline.store.address import open_store
from pipeline.store.connection import Store
from pipeline.workspace import STORE
from tests.build import rubric_json, scenario_json
from tests.endpoint import Endpoint, Say, endpoint
from tests.postgres import Cluster, cluster, find_programs

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
KINDS = ("duckdb", "postgres")
"""Of stores."""
LONG = ("test_accessible", "test_hostile_pages", "test_ray_cluster", "test_serving", "test_tutorial_clinician",
        "test_tutorials")  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is begun first, or else, at the end, one worker waits for the other."""
    items.sort(key=lambda one: one.path.stem not in LONG)


class Workspace:
    """A folder that a run can work in; every file can be replaced before it starts."""

    def __init__(self, root: Path, store: str = STORE) -> None:
        self.root = root
        self.store = store
        for path in (ROOT / "prompts").glob("*.md"):
            self.write(f"prompts/{path.name}", path.read_bytes())
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

    def open_store(self) -> Store:
        return open_store(self.store, self.root)

    def config(self, **changes: Any) -> Path:
        """config/c.yaml: one scripted candidate and the lexicon judge, unless changed; nothing is read twice."""
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
            "store": self.store,
        }
        changes["policy"] = {"double_rate": 0.0, **(changes.get("policy") or {})}
        return self.yaml("config/c.yaml", {k: v for k, v in {**whole, **changes}.items() if v is not None})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server; tests that need it are skipped where there is none."""
    pytest.importorskip("psycopg", reason='the driver is optional and not installed: pip install "caveat[postgres]"')
    if (programs := find_programs()) is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    with cluster(programs) as one:
        yield one


@pytest.fixture
def address(postgres: Cluster) -> Iterator[str]:
    """Of an empty PostgreSQL database."""
    one = postgres.database()
    yield one
    postgres.drop(one)


@contextmanager
def addresses(kind: str, folder: Path, request: pytest.FixtureRequest) -> Generator[Callable[[], str]]:
    """Of stores that are not there yet; they are gone when the block ends."""
    numbers = count(1)
    if kind == "duckdb":
        yield lambda: str(folder / f"{next(numbers)}.duckdb")
        return
    server: Cluster = request.getfixturevalue("postgres")
    with ExitStack() as stack:

        def database() -> str:
            address = server.database()
            stack.callback(server.drop, address)
            return address

        yield database


@pytest.fixture(params=KINDS)
def store_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def refused(store_kind: str) -> type[Exception]:
    """What a database raises where a value breaks a constraint."""
    return duckdb.ConstraintException if store_kind == "duckdb" else pytest.importorskip("psycopg").IntegrityError


@pytest.fixture
def new_address(store_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Addresses of stores of either kind."""
    with addresses(store_kind, tmp_path, request) as new:
        yield new


@pytest.fixture
def new_store(new_address: Callable[[], str]) -> Callable[[], Store]:
    """Stores of either kind."""
    return lambda: open_store(new_address(), ROOT)


@pytest.fixture
def anywhere(store_kind: str, workspace: Workspace, request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """A workspace whose store is of either kind."""
    with addresses(store_kind, workspace.root / "data", request) as new:
        workspace.store = new()
        yield workspace


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
