"""Lays the repository's Markdown out for the site (python .ci/pages.py FOLDER).

docs/README.md is the table of contents, on GitHub and here. Links that leave docs/ lead to the root's own pages, which
the site has too; what is no page (a program, a configuration) is named and not linked.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
ROOTS = {
    "README.md": "about.md",
    **{f"{name}.md": f"{name.lower()}.md" for name in ("SECURITY", "CONTRIBUTING", "CHANGELOG")},
}
"""Pages beside docs/, and what they are called on the site."""
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]*)(#[^)\s]*)?\)")
_CODE = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)


def place(path: str) -> str | None:
    """Where something of the repository stands on the site; None: it is not there."""
    if path in ROOTS:
        return ROOTS[path]
    if not path.startswith("docs/"):
        return None
    found = ROOT / path
    return path.removeprefix("docs/") + ("/index.md" if found.is_dir() else "")


def with_links(text: str, source: str) -> str:
    """The page with its links as the site needs them; code stays as it is."""
    parts = _CODE.split(text)
    return "".join(part if n % 2 else _LINK.sub(lambda link: _link(link, source), part) for n, part in enumerate(parts))


def _link(link: re.Match[str], source: str) -> str:
    mark, words, target, anchor = link[1], link[2], link[3], link[4] or ""
    if not target or "://" in target:
        return link[0]
    there = place(normpath(str(PurePosixPath(source).parent / target)))
    if there is None:
        return words
    here = PurePosixPath(place(source) or "").parent
    return f"{mark}[{words}]({relpath(there, str(here))}{anchor})"


def navigation(contents: str) -> list[dict[str, Any]]:
    """Sections and pages in the order of docs/README.md."""
    sections: list[dict[str, Any]] = [{"Overview": "README.md"}]
    for line in contents.splitlines():
        if heading := re.match(r"## (.+)", line):
            sections.append({heading[1]: []})
        elif entry := re.match(r"- \[([^\]]+)\]\(([^)#]+)\)", line):
            (pages,) = sections[-1].values()
            pages.append(_entry(entry[1], normpath(f"docs/{entry[2]}")))
    return sections


def _entry(words: str, path: str) -> dict[str, Any]:
    title = words[0].upper() + words[1:]
    if not (ROOT / path).is_dir():
        return {title: place(path)}
    return {title: [f"{place(path)}", *({name: page} for name, page in _titles(path))]}


def _titles(folder: str) -> Iterator[tuple[str, str]]:
    for page in sorted((ROOT / folder).glob("*.md")):
        title = page.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        yield title, f"{folder.removeprefix('docs/')}/{page.name}"


def index(folder: str) -> str:
    """A page that lists a folder's pages."""
    rows = [f"- [{title}]({PurePosixPath(page).name})" for title, page in _titles(folder)]
    return "# Decisions\n\nEach says what was decided, why, and what speaks against it.\n\n" + "\n".join(rows) + "\n"


def main(target: Path) -> None:
    """Everything that the site is built from."""
    shutil.rmtree(target, ignore_errors=True)
    pages = target / "pages"
    shutil.copytree(ROOT / "docs", pages)
    sources = [*(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")), *ROOTS]
    for source in sources:
        where = pages / str(place(source))
        where.write_text(with_links((ROOT / source).read_text("utf-8"), source), encoding="utf-8")
    (pages / "adr/index.md").write_text(index("docs/adr"), encoding="utf-8")
    looks = yaml.safe_load((ROOT / ".ci/mkdocs.yml").read_text("utf-8"))
    nav = navigation((ROOT / "docs/README.md").read_text("utf-8"))
    whole = {**looks, "docs_dir": "pages", "site_dir": "site", "nav": nav}
    (target / "mkdocs.yml").write_text(yaml.safe_dump(whole, sort_keys=False, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
