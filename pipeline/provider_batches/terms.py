"""How a run goes about its batches."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from judges.batches.api import ChunkLimits
from pipeline.inputs import Inputs
from pipeline.panel import Clients


@dataclass(frozen=True, slots=True)
class Terms:
    """What the person who gave the command wants, and what tests make small."""

    wait: bool = True
    """Wait for the providers; else submit, take what is there, and come back another time."""
    poll_s: float | None = None
    """Seconds between looks at the batches; growing from seconds to minutes where left out."""
    settle: Mapping[str, str] = field(default_factory=dict[str, str])
    """What somebody has found out about chunks: the id of the batch, or `none`."""
    say: Callable[[str], None] = lambda _: None
    """Is told, in sentences."""
    most: ChunkLimits | None = None
    """What one batch may hold; the provider's limits where left out."""
    sure_after_s: float = 60.0
    """So long after a submission without an answer, a batch that the provider does not list was not submitted."""


class BatchClients(Clients):
    """The clients of a run that goes by batches wherever a provider has them."""

    def __init__(self, inputs: Inputs, environ: Mapping[str, str] = os.environ, terms: Terms = Terms()) -> None:
        super().__init__(inputs, environ)
        self.terms = terms
