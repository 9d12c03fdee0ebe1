"""What ended batches answered: found by custom_id over all the chunks of one candidate or judge."""

from collections import Counter
from collections.abc import Collection

from judges.client import CallError, Completion
from pipeline.offline.results import Results


class Answers:
    """Reads like one file of results."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self._found: dict[str, Results] = {}
        self._n_tries: Counter[str] = Counter()

    def __contains__(self, custom_id: str) -> bool:
        return custom_id in self._found

    def add(self, results: Results, again: Collection[str]) -> None:
        """A chunk has ended. What is to be asked again counts as failed once its attempts are used up."""
        self._n_tries.update(again)
        wanted = {one for one in again if self._n_tries[one] < self._attempts}
        for custom_id in {*results, *again} - wanted:
            self._found.setdefault(custom_id, results)

    def completion(self, custom_id: str) -> Completion:
        """What the model said.

        Raises:
            CallError: nothing came of the request.
        """
        if custom_id not in self._found:
            raise CallError(f"no batch has answered {custom_id}")
        return self._found[custom_id].completion(custom_id)
