"""Errors as the command line has them: one tree, each a whole sentence with an exit code."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from domain.errors import from_the_system

P = ParamSpec("P")
R = TypeVar("R")


def foreseen(act: Callable[P, R]) -> Callable[P, R]:
    """What the system refuses becomes an `InputError` that names the file."""

    @wraps(act)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except OSError as error:
            raise from_the_system(error) from error

    return wrapped
