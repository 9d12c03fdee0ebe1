"""The example notebook, run as Jupyter runs it: `python -m tests.example_notebook` writes its outputs anew."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from unittest.mock import patch

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

from tests.conftest import ROOT

NOTEBOOK = ROOT / "docs/examples/a-night.ipynb"
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def stored(path: Path = NOTEBOOK) -> Any:
    """As it stands in its file."""
    return cast("Any", nbformat).read(path, as_version=4)


def executed(notebook: Any) -> Any:
    """Run from the top in a fresh kernel; a cell that raises, raises here. Nothing of this machine is kept."""
    with TemporaryDirectory() as folder, _apart(folder):
        config = Config({"KernelManager": {"transport": "ipc", "connection_file": f"{folder}/kernel.json"}})
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}, config=config).execute()
    notebook.metadata = _METADATA
    for cell in notebook.cells:
        cell.metadata = {}
    return notebook


@contextmanager
def _apart(folder: str) -> Generator[None]:
    """A kernel of this environment, with nobody's own settings or history."""
    places = {f"JUPYTER_{name}_DIR": f"{folder}/{name}" for name in ("RUNTIME", "CONFIG", "DATA")}
    with patch.dict(os.environ, {**places, "IPYTHONDIR": f"{folder}/ipython", "PYTHONPATH": str(ROOT)}):
        yield


def main() -> None:
    """Write it."""
    cast("Any", nbformat).write(executed(stored()), NOTEBOOK)
    sys.stdout.write(f"{NOTEBOOK.relative_to(ROOT)} is written.\n")


if __name__ == "__main__":
    main()
