"""Python's cycle collector while a run works: it makes few cycles, and looking for them cost a third of its time."""

import gc
from collections.abc import Generator
from contextlib import contextmanager

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 20
"""New objects before the young are looked through, and how many looks before the older are. Python's own 700 looks
through every open item, ten times a second; what a run drops is nearly all freed by reference counting at once."""


@contextmanager
def seldom_collecting() -> Generator[None]:
    """Leaves alone what was there before, and looks seldom; what was set before is set again at the end."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
