"""Writes docs/reference anew (python -m tests.reference)."""

from tests.reference.pages import FOLDER, PAGES

if __name__ == "__main__":
    for name, written in PAGES.items():
        (FOLDER / name).write_text(written(), encoding="utf-8")
