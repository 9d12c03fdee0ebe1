"""Where things are: a workspace's folder, and the store that its runs feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from caveat.results import Comparison
from pipeline.comparing.gathered import gather_in_visits
from pipeline.comparing.window import Window, fetch_window
from pipeline.inputs import load_labels
from pipeline.store.address import open_store
from pipeline.store.connection import Store


@dataclass(frozen=True, slots=True)
class Place:
    """A folder and the address of a store, which may be relative to it."""

    root: Path
    store: str

    def opened(self) -> Store:
        """The store; a visit opens it."""
        return open_store(self.store, self.root)

    def compared(self, window: Window, labels: Sequence[str], replicates: int) -> Comparison:
        """Runs against clinicians; label files take the place of the store's labels.

        Raises:
            InputError: there is no such run or label, or a label file is broken.
        """
        read = list(load_labels(self.root, tuple(labels), "labels")) if labels else None
        store = self.opened()
        with store.reading() as connection:
            run_ids = fetch_window(connection, window)
        return Comparison(gather_in_visits(store, run_ids, read).compared(replicates))
