"""One API as both roads to it speak it: what is sent, and what each HTTP answer means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from judges.client import CallError, Completion, Finish, ModelRequest
from judges.transports.error_bodies import Said, error_in, said_in
from judges.transports.faults import status_error

_OK, _REDIRECT = 200, 300


@dataclass(frozen=True, slots=True)
class Dialect:
    """One API: where it is asked, and how a request and a body read."""

    path: str
    body: Callable[[ModelRequest], dict[str, Any]]
    completion: Callable[[object], Completion]

    def read(self, status: int, headers: Mapping[str, str], body: bytes, *, secret: str) -> Completion:
        """What an answer holds.

        Raises:
            CallError: it is an error, or no finished message.
        """
        if not _OK <= status < _REDIRECT:
            return _failed(status, headers, said_in(body), secret)
        try:
            return self.completion(body)
        except CallError:
            if (said := error_in(body)) is None:
                raise
        # gateways start to answer before they know that the provider behind them fails
        return _failed(said.status or status, headers, said, secret)


def _failed(status: int, headers: Mapping[str, str], said: Said, secret: str) -> Completion:
    if said.is_filter(status):
        return Completion("", Finish.FILTERED)
    raise status_error(status, headers, str(said), secret=secret, code=said.code)
