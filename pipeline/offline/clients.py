"""A run's judges and candidates that answer from results: no key is needed, and nothing is sent."""

import glob
from collections.abc import Mapping
from pathlib import Path

from domain.model import Candidate, JudgeSpec
from judges.client import ModelClient
from judges.retry import RetryingClient
from pipeline.inputs import Inputs
from pipeline.offline.addressee import Addressee, addressees_of
from pipeline.offline.results import Results, ResultsTransport
from pipeline.panel import Clients


class ResultsClients(Clients):
    """Model endpoints answer from results, and fail where there is none; scripts answer as ever."""

    spends_money = False

    def __init__(self, inputs: Inputs, results: Mapping[Addressee, Results]) -> None:
        super().__init__(inputs, {})
        # built past `connect`: a missing result says nothing of the next, so none may be taken for an endpoint's end
        self._answering = {
            (one.kind, one.name): RetryingClient(ResultsTransport(one, found), attempts=1)
            for one, found in results.items()
        }

    def for_candidate(self, candidate: Candidate) -> ModelClient:
        """A client that answers as this candidate."""
        return self._answering.get(("candidate", candidate.candidate_id)) or super().for_candidate(candidate)

    def for_judge(self, spec: JudgeSpec) -> ModelClient:
        """A client for a model judge."""
        return self._answering.get(("judge", spec.judge_id)) or super().for_judge(spec)


def results_in(inputs: Inputs, folder: Path) -> dict[Addressee, Results]:
    """What has come back so far, for every addressee."""
    return {one: Results(one, *results_files(folder, one)) for one in addressees_of(inputs.config)}


def results_files(folder: Path, addressee: Addressee) -> list[Path]:
    """`<stem>.results.jsonl` and, where requests were answered in several rounds, `<stem>.results.2.jsonl` and on."""
    first = folder / addressee.results_file
    return [
        one for one in (first, *sorted(folder.glob(f"{glob.escape(addressee.stem)}.results.*.jsonl"))) if one.exists()
    ]
