"""The risk matrix of the organisation's own clinical risk management plan: configuration, because no number in it is
ours to set."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.record import Record, Text
from pipeline.exporting.table import Row, Table, columns
from pipeline.files.yamlfile import load_yaml

PATH = Path("config/hazard-matrix.yaml")
_Words = Annotated[tuple[Text, ...], Field(min_length=1)]


class HazardMatrix(Record):
    """What a hazard's severity and likelihood are called, and which rating they give together."""

    schema_: Annotated[Literal["hazard-matrix/1"], Field(alias="schema")]
    source: Text
    """Where words and ratings were taken from."""
    severity: _Words
    """Words, the mildest first."""
    likelihood: _Words
    """Words, the least likely first."""
    ratings: dict[str, dict[str, Text]] = Field(default_factory=dict[str, dict[str, Text]])
    """By likelihood, then severity; empty: the organisation has not put its own here yet."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for name, given, expected in [
            ("ratings", self.ratings, self.likelihood),
            *((f"ratings.{one}", row, self.severity) for one, row in self.ratings.items()),
        ]:
            if given and set(given) != set(expected):
                raise ValueError(f"{name} must have exactly the keys {', '.join(expected)}")
        return self


def load_matrix(root: Path) -> HazardMatrix | None:
    """The workspace's matrix; None where it has none.

    Raises:
        InputError: names file, line, key and what was expected.
    """
    path = root / PATH
    return load_yaml(HazardMatrix, path) if path.exists() else None


def matrix_table(matrix: HazardMatrix) -> Table:
    """The matrix as a table."""

    def rows() -> Iterator[Row]:
        for likelihood in matrix.likelihood:
            for severity in matrix.severity:
                rating = matrix.ratings.get(likelihood, {}).get(severity)
                yield {"likelihood": likelihood, "severity": severity, "rating": rating, "source": matrix.source}

    return Table("hazard_matrix", f"From {matrix.source}", columns("likelihood severity rating source"), rows)
