"""What a run is pinned to: it continues only while none of it changes."""

from typing import Any, cast

from domain.errors import RunMismatchError
from domain.model import HOW_IT_IS_REACHED
from judges.judge import Judge
from pipeline.inputs import Inputs
from pipeline.panel import script_hashes


def pinned(inputs: Inputs, judges: list[Judge]) -> dict[str, Any]:
    """Everything that decides a run's results, by name: a run continues only while none of it changes."""
    config = inputs.config.model_dump(
        mode="json",
        by_alias=True,
        exclude={
            **dict.fromkeys(("limits", "cache", "store", "runs", "run_id", "prices"), True),
            "candidates": {"__all__": HOW_IT_IS_REACHED},
            "judges": {"__all__": HOW_IT_IS_REACHED},
        },
    )
    content = (
        inputs.hashes() | script_hashes(inputs) | {f"judge {one.spec.judge_id}": one.fingerprint for one in judges}
    )
    return {"config": config, "content": content}


def check_same(before: dict[str, Any], after: dict[str, Any], run_id: str) -> None:
    """Refuse to continue a run under another configuration.

    Raises:
        RunMismatchError: lists every key that differs.
    """
    differing = sorted(_differences(before, after, ""))
    if differing:
        raise RunMismatchError(
            f"run {run_id} began with another configuration; these differ: {', '.join(differing)}. "
            "Put them back, or begin another run with --run-id"
        )


def _differences(before: dict[str, Any], after: dict[str, Any], path: str) -> list[str]:
    found: list[str] = []
    for key in before.keys() | after.keys():
        one, other, place = before.get(key), after.get(key), f"{path}.{key}".lstrip(".")
        if isinstance(one, dict) and isinstance(other, dict):
            found += _differences(cast("dict[str, Any]", one), cast("dict[str, Any]", other), place)
        elif one != other:
            found.append(place)
    return found
