"""Whom a file of requests is for: one candidate or one judge behind a provider's API."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from domain.errors import InputError
from domain.model import Candidate, JudgeSpec
from judges.client import ModelRequest
from pipeline.config import Config
from pipeline.offline.shapes import SHAPES, Shape

Kind = Literal["candidate", "judge"]

_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Addressee:
    """A model endpoint of the configuration."""

    kind: Kind
    name: str
    """candidate_id or judge_id."""
    endpoint: Candidate | JudgeSpec = field(compare=False)

    @property
    def stem(self) -> str:
        """The id as a file name: ids may hold characters that separate folders."""
        return self.name.replace("/", "_").replace(":", "_")

    @property
    def requests_file(self) -> str:
        """What is exported."""
        return f"{self.stem}.jsonl"

    @property
    def results_file(self) -> str:
        """What is brought back."""
        return f"{self.stem}.results.jsonl"

    @property
    def shape(self) -> Shape:
        """The shape of both."""
        return SHAPES[self.endpoint.provider]

    def custom_id(self, request: ModelRequest) -> str:
        """The request's key: the same content has the same id, in whatever run it is asked."""
        return f"{self.kind}-{request.key(self.endpoint.address)[:_KEY_LENGTH]}"


def addressees_of(config: Config) -> list[Addressee]:
    """Every candidate and judge that is asked over a network; scripted and embedded ones need no file.

    Raises:
        InputError: two of them would share a file.
    """
    candidates = [Addressee("candidate", one.candidate_id, one) for one in config.candidates if one.provider in SHAPES]
    judges = [Addressee("judge", one.judge_id, one) for one in config.judges if one.provider in SHAPES]
    found = [*candidates, *judges]
    # file systems that do not tell small from capital letters are common
    files = Counter(name.lower() for one in found for name in (one.requests_file, one.results_file))
    if twice := sorted(name for name, n in files.items() if n > 1):
        raise InputError(f"two candidates or judges would share the file {twice[0]}; give one of them another id")
    return found
