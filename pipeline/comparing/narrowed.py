"""A part of what runs judged: one candidate, rubric, setting or severity alone."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from pipeline.comparing.population import Population


@dataclass(frozen=True, slots=True)
class Only:
    """What figures are to speak of; an empty name leaves everything in."""

    candidate: str = ""
    rubric: str = ""
    setting: str = ""
    severity: str = ""

    @property
    def said(self) -> str:
        """In words; empty where nothing is left out."""
        named = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return ", ".join(f"{name} {value}" for name, value in named if value)


EVERYTHING = Only()


def chosen(of: Population, only: Only) -> NDArray[np.bool_]:
    """(n,) whether each question is within the part.

    Chances of being read are worked out before this, on all of a run: a part is no other draw.
    """
    items = of.items
    kept_items = np.array(
        [only.candidate in ("", one.candidate_id) and only.setting in ("", one.setting) for one in items.rows],
        dtype=np.bool_,
    )
    kept_kinds = np.array(
        [only.rubric in ("", one.rubric_id) and only.severity in ("", one.severity.value) for one in of.kinds],
        dtype=np.bool_,
    )
    return kept_items[of.item] & kept_kinds[of.kind] if of.n else np.zeros(0, dtype=np.bool_)
