"""Every fault of docs/reliability.md, injected for real by the test that it names. Ends with 1 if any is wrong."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

_ROOT = Path(__file__).parent.parent
PAGE = _ROOT / "docs/reliability.md"
_ROW = re.compile(r"^\| (?P<fault>[^|]+) \|.*`(?P<file>tests/[\w/]+\.py)::(?P<test>test_\w+)` \|$", re.MULTILINE)


class Fault(NamedTuple):
    """A row of the page."""

    name: str
    file: str
    test: str


def faults(page: str) -> list[Fault]:
    """All rows that name a test."""
    return [Fault(*row.group("fault", "file", "test")) for row in _ROW.finditer(page)]


def main() -> int:
    """Run each named test once, say of every fault whether it ended as the page says."""
    rows = faults(PAGE.read_text(encoding="utf-8"))
    ended = _ended(sorted({f"{row.file}::{row.test}" for row in rows}))
    said = [_said(ended.get((row.file, row.test), [])) for row in rows]
    for row, how in zip(rows, said, strict=True):
        print(f"{how}: {row.name} ({row.test})")
    n_wrong = said.count("wrong")
    print(f"{len(rows)} faults, {sum(map(len, ended.values()))} cases: {n_wrong} wrong (target 0)")
    return 1 if n_wrong else 0


def _said(cases: list[str]) -> str:
    """One case that is wrong is enough, and so is a test that did not run at all."""
    if "wrong" in cases or not cases:
        return "wrong"
    return "as documented" if "passed" in cases else "not possible here"


def _ended(tests: list[str]) -> dict[tuple[str, str], list[str]]:
    """How each case of these tests ended, by file and test."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", f"--junitxml={report}", *tests]
        subprocess.run(command, cwd=_ROOT, check=False, stdout=sys.stderr)
        cases = ET.parse(report).iter("testcase")  # noqa: S314 (our own report)
        found: dict[tuple[str, str], list[str]] = {}
        for case in cases:
            name = str(case.get("name")).partition("[")[0]
            kinds = {child.tag for child in case}
            how = "wrong" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
            found.setdefault((f"{str(case.get('classname')).replace('.', '/')}.py", name), []).append(how)
    return found


if __name__ == "__main__":
    sys.exit(main())
