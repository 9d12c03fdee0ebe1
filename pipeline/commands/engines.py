"""Where a run is worked off, as options of a command: here, or on the machines of a Ray cluster."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps

import click

from domain.errors import InputError
from pipeline.cluster.connections import Elsewhere
from pipeline.cluster.ray_cluster import RayCluster
from pipeline.panel import Clients
from pipeline.run import Connect, Means

_OPTIONS = [
    click.option(
        "--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True,
        help="Work it off on this machine, or on those of a Ray cluster.",
    ),
    click.option(
        "--ray-address", envvar="RAY_ADDRESS", default="auto", show_default=True,
        help="host:port of the cluster's head; `local` starts a cluster here, for a trial.",
    ),
    click.option(
        "--ray-workers", type=click.IntRange(1, 1024), help="Workers in the cluster; one for each node where left out."
    ),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """What was asked for."""

    name: str
    ray_address: str
    ray_workers: int | None

    @contextmanager
    def started(self, connect: Connect) -> Generator[Means]:
        """What `run_batch` is to work with; `connect` where it works here.

        Raises:
            InputError: the calls are to be made by batches, for which one machine is enough.
        """
        if self.name == "local":
            yield Means(connect)
            return
        if connect is not Clients:
            raise InputError("--batch and --engine ray do not go together: the providers do the work of a batch")
        with RayCluster(self.ray_address, self.ray_workers) as cluster:
            yield Means(Elsewhere, cluster)


def engine_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options as one argument, `engine`."""

    @wraps(command)
    def chosen(*args: object, engine: str, ray_address: str, ray_workers: int | None, **others: object) -> None:
        command(*args, engine=EngineChoice(engine, ray_address, ray_workers), **others)

    for option in reversed(_OPTIONS):
        chosen = option(chosen)
    return chosen
