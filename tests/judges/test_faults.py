"""What an HTTP fault means, and that no key is ever repeated."""

import email.utils
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judges.transports.faults import call_error, retry_after_s, status_error

KEY = "sk-live-123"
FAR = email.utils.formatdate(time.time() + 86_400, usegmt=True)
PAST = "Wed, 21 Oct 2015 07:28:00 GMT"

AFTER: dict[str, tuple[dict[str, str], float | None]] = {
    "nothing": ({}, None),
    "another header": ({"x-ratelimit-reset": "3"}, None),
    "seconds": ({"retry-after": "7"}, 7.0),
    "part of a second": ({"retry-after": "0.5"}, 0.5),
    "none": ({"retry-after": "0"}, 0.0),
    "spaces around": ({"retry-after": " 7 "}, 7.0),
    "two minutes": ({"retry-after": "120"}, 120.0),
    "more than two minutes": ({"retry-after": "3600"}, 120.0),
    "huge": ({"retry-after": "9" * 300}, 120.0),
    "endless": ({"retry-after": "inf"}, None),
    "beyond a float": ({"retry-after": "1e999"}, None),
    "negative": ({"retry-after": "-5"}, None),
    "minus endless": ({"retry-after": "-inf"}, None),
    "no number": ({"retry-after": "nan"}, None),
    "empty": ({"retry-after": ""}, None),
    "words": ({"retry-after": "in a while"}, None),
    "a unit": ({"retry-after": "7s"}, None),
    "a date gone by": ({"retry-after": PAST}, 0.0),
    "a date far off": ({"retry-after": FAR}, 120.0),
    "a date that is none": ({"retry-after": "Wed, 99 Oct 2015 07:28:00 GMT"}, None),
    "milliseconds": ({"retry-after-ms": "250"}, 0.25),
    "milliseconds before seconds": ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
    "too many milliseconds": ({"retry-after-ms": "9999999"}, 120.0),
    "unread milliseconds, then seconds": ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
    "negative milliseconds, then seconds": ({"retry-after-ms": "-1", "retry-after": "7"}, 7.0),
    # Python's parser overflows on these
    "a date with an endless zone": ({"retry-after": f"Wed, 21 Oct 2015 07:28:00 +{'9' * 17}"}, None),
    "a date with an endless day": ({"retry-after": f"{'9' * 20} Oct 2015 07:28:00 GMT"}, None),
}


@pytest.mark.parametrize(("headers", "expected"), AFTER.values(), ids=AFTER.keys())
def test_the_servers_wait_is_read_or_nothing_is(headers: dict[str, str], expected: float | None) -> None:
    assert expected == retry_after_s(headers)


@given(st.text(), st.text(alphabet="0123456789.-+eE_ infa"))
@settings(derandomize=True, deadline=None)
def test_whatever_a_server_asks_the_wait_lies_within_two_minutes(value: str, milliseconds: str) -> None:
    waits = [retry_after_s({"retry-after": value}), retry_after_s({"retry-after-ms": milliseconds})]
    assert all(wait is None or 0 <= wait <= 120 for wait in waits)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, False), (401, False), (403, False), (404, False), (413, False), (422, False),
        (408, True), (409, True), (425, True), (429, True), (500, True), (502, True), (503, True), (529, True),
    ],
)  # fmt: skip
def test_only_a_fault_that_may_pass_by_waiting_is_tried_again(*, status: int, expected: bool) -> None:
    error = status_error(status, {"retry-after": "3"}, "busy", secret=KEY)
    assert (expected, status, 3.0) == (error.retryable, error.status, error.retry_after_s)
    assert f"HTTP {status}: busy" == str(error)


def test_no_answer_at_all_may_pass_and_names_its_cause() -> None:
    error = OSError("no route")
    error.__cause__ = TimeoutError("10 s")
    fault = call_error(error, secret=KEY)
    assert (True, None, "OSError: no route (TimeoutError: 10 s)") == (fault.retryable, fault.status, str(fault))


@given(st.text(), st.text(), st.integers(1, 4))
@settings(derandomize=True, deadline=None)
def test_a_key_is_never_repeated(before: str, behind: str, times: int) -> None:
    message = before + f"bad key {KEY}, " * times + behind
    error = OSError(message)
    error.__cause__ = ValueError(message)
    for fault in (status_error(401, {}, message, secret=KEY), call_error(error, secret=KEY)):
        assert KEY not in str(fault)


@pytest.mark.parametrize("length", [280, 290, 300, 310])
def test_no_part_of_a_key_is_left_where_a_message_is_cut(length: int) -> None:
    fault = status_error(401, {}, "x" * length + KEY, secret=KEY)
    assert "sk" not in str(fault)
    assert 320 > len(str(fault))


def test_without_a_key_a_message_is_left_as_it_is() -> None:
    assert "HTTP 401: no key" == str(status_error(401, {}, "no key", secret=""))
