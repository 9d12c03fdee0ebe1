"""What travels between driver and workers: values alone, since nodes share no file system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.identifiers.gate import IdentifierGate
from domain.item import Item
from domain.routing import NO_CLEARANCE, Clearance
from domain.rubric import Rubric
from judges.client import Completion
from judges.exemplar import Exemplar
from judges.few_shot import Pool
from judges.judge import Judge
from pipeline.config import Config
from pipeline.few_shot import load_pool
from pipeline.inputs import Inputs, prompt_texts
from pipeline.items import Source
from pipeline.journal import Entry
from pipeline.panel import load_exemplars, scripts_of
from pipeline.prices import Prices


@dataclass(frozen=True, slots=True)
class Bundle:
    """What every worker needs once. No key is in it: workers look keys up in their own environment."""

    config: Config
    rubrics: Sequence[Rubric]
    prompts: Mapping[str, str]
    exemplars: Mapping[str, list[Exemplar]]
    pools: Mapping[str, Pool]
    """What model judges' examples are drawn from, by their ids."""
    scripts: Mapping[str, dict[str, Completion]]
    prices: Prices
    gate: IdentifierGate
    """With what the driver found allowed."""
    fingerprints: Mapping[str, str]
    """The driver's judges by id: a worker whose own differ runs another version."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Items for one worker, with what is already known of them."""

    chunk_id: int
    items: Sequence[tuple[Item, Source]]
    known: Sequence[Entry]
    usd: float | None
    """The most that its calls may cost; None where the run has no cap."""
    clearance: Clearance = NO_CLEARANCE
    """What might clear when it was handed out."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A chunk on which its worker does nothing more."""

    chunk_id: int
    is_spent: bool = False
    """Its money did not reach: some of its items are not finished."""
    down: tuple[str, int, str] | None = None
    """What an `EndpointDownError` told."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker has to say since its last report."""

    lines: bytes = b""
    """Entries for the journal, as they will stand in it."""
    ended: Sequence[Ended] = ()
    n_in_flight: Mapping[str, int] = field(default_factory=dict[str, int])
    """Its calls in flight, by candidate and judge."""
    is_last: bool = False
    """The worker has left."""


def bundle_of(inputs: Inputs, judges: Sequence[Judge], prices: Prices) -> Bundle:
    """Everything that decides what workers ask and say."""
    return Bundle(
        config=inputs.config,
        rubrics=inputs.rubrics,
        prompts=prompt_texts(inputs.root, inputs.config, inputs.gate),
        exemplars={
            one.judge_id: load_exemplars(one, inputs) for one in inputs.config.judges if one.provider == "exemplar"
        },
        pools={one.judge_id: load_pool(one, inputs) for one in inputs.config.judges},
        scripts=scripts_of(inputs),
        prices=prices,
        gate=inputs.gate,
        fingerprints={one.spec.judge_id: one.fingerprint for one in judges},
    )
