"""What the documentation shows in blocks: commands to type, and what they print."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
SHELL = ("sh", "bash", "console")
_BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<language>[\w-]*)\n(?P<fenced>[\s\S]*?)^(?P=fence)$|(?P<indented>(?:^ {4}.*\n|^\n)+)",
    re.MULTILINE,
)
_PROGRAMS = {
    "caveat", "make", "source", "export", "cp", "pip", "ray", "vllm", "while", "pg_dump", "pg_restore", "cd", "cat",
    "sh", "python", "git", "mkdir",
}  # fmt: skip
"""What a line of an indented block begins with where it is to be typed."""


@dataclass(frozen=True)
class Block:
    """A block, and whether it is to be typed."""

    page: Path
    language: str
    """Empty: an indented one."""
    text: str

    @property
    def is_shell(self) -> bool:
        """Something to type."""
        if self.text.startswith("#!"):
            return False  # a whole script, which its own test runs
        if self.language:
            return self.language in SHELL
        return self.text.split(maxsplit=1)[:1] != [] and self.text.split(maxsplit=1)[0] in _PROGRAMS


def blocks(page: Path) -> list[Block]:
    """All of a page, in their order."""
    return list(_blocks(page))


def _blocks(page: Path) -> Iterator[Block]:
    for found in _BLOCK.finditer(page.read_text("utf-8")):
        indented = found["indented"]
        if indented is None:
            yield Block(page, found["language"], found["fenced"])
        elif indented.strip():
            yield Block(page, "", re.sub(r"^ {4}", "", indented, flags=re.MULTILINE).strip("\n") + "\n")


def lines(block: Block) -> list[str]:
    """The commands of a block, without their remarks: after #, or set off by spaces as in a help."""
    text = re.sub(r"\\\n\s*", " ", block.text)
    text = re.sub(r"^while [\s\S]*?^done.*$", lambda loop: " ".join(loop[0].split()), text, flags=re.MULTILINE)
    return [line for raw in text.splitlines() if (line := re.sub(r"\s+#.*|^#.*| {4,}.*", "", raw).strip())]


def commands(page: Path) -> list[str]:
    """All commands of a page, one by one."""
    return [line for block in blocks(page) if block.is_shell for line in lines(block)]
