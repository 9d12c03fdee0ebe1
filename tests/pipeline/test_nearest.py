"""A misspelt key is answered with the one that was meant, in every kind of file that people write as YAML."""

import pytest

from domain.record import Record
from domain.rubric import Rubric
from pipeline.config import Config
from pipeline.files.nearest import nearest_key
from pipeline.site import Site


@pytest.mark.parametrize(
    ("kind", "place", "meant"),
    [
        (Config, ["scenrios"], "scenarios"),
        (Config, ["judges", 0, "apikey_env"], "api_key_env"),
        (Config, ["limits", "concurency"], "concurrency"),
        (Config, ["limits", "scenarios"], None),
        (Config, ["colour"], None),
        (Config, ["no", "such", "place"], None),
        (Rubric, ["criteria", 0, "queston"], "question"),
        (Site, ["sign_in", "method"], None),
    ],
)
def test_only_a_key_of_the_same_place_is_named(kind: type[Record], place: list[str | int], meant: str | None) -> None:
    assert meant == nearest_key(kind, place)
