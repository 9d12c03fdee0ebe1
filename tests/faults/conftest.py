"""Fixtures of the workspace's tests, for faults that people meet there."""

from tests.review.conftest import chromium as chromium  # noqa: PLC0414 (handed on)
from tests.review.conftest import ward as ward  # noqa: PLC0414
