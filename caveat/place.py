"""Where things are: a workspace's folder, and the store that its runs feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from caveat.results import Comparison
from pipeline.comparing.gathered import gather
from pipeline.inputs import load_labels
from pipeline.store.address import open_store
from pipeline.store.connection import Store
from pipeline.store.results import fetch_run


@dataclass(frozen=True, slots=True)
class Place:
    """A folder and the address of a store, which may be relative to it."""

    root: Path
    store: str

    def opened(self) -> Store:
        """The store; a visit opens it."""
        return open_store(self.store, self.root)

    def compared(self, run_ids: Sequence[str], labels: Sequence[str], replicates: int) -> Comparison:
        """Runs against clinicians; label files take the place of the store's labels.

        Raises:
            InputError: there is no such run or label, or a label file is broken.
        """
        read = list(load_labels(self.root, tuple(labels), "labels")) if labels else None
        with self.opened().reading() as connection:
            for run_id in run_ids:
                fetch_run(connection, run_id)
            gathered = gather(connection, run_ids, read)
        return Comparison(gathered.compared(replicates))
