"""How fast a run's clinicians read, and by which policy it was routed: what every draw begins with."""

from domain.policy import RoutingPolicy
from pipeline.effort import measured_pace
from pipeline.store.connection import Connection
from pipeline.store.readings import fetch_readings


def pace_of(connection: Connection, policy: RoutingPolicy) -> float:
    """Minutes that clinicians take for each that is planned: as measured, else as the policy says."""
    return measured_pace(fetch_readings(connection)) or policy.reading_pace


def policy_of(config: dict[str, object]) -> RoutingPolicy:
    """The routing policy that a run was pinned to."""
    whole = config["config"]
    assert isinstance(whole, dict)  # noqa: S101 (as pinned)
    return RoutingPolicy.model_validate(whole["policy"], strict=False)  # pyright: ignore[reportUnknownArgumentType]
