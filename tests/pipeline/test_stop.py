"""Ctrl-C once and twice, whatever else has ended the run before."""

import asyncio
import os
import signal

import pytest

from pipeline.stop import stop_on_signals


@pytest.mark.parametrize("was_stopping", [False, True], ids=["working", "the money is spent"])
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_lets_what_is_under_way_finish_and_the_second_does_not(
    signum: signal.Signals, *, was_stopping: bool
) -> None:
    done: list[str] = []

    async def work() -> None:
        with stop_on_signals() as stop:
            if was_stopping:
                stop.set()
            os.kill(os.getpid(), signum)
            await stop.wait()
            await asyncio.to_thread(bool)  # the loop has looked at its signals
            done.append("finished")
            os.kill(os.getpid(), signum)
            async with asyncio.timeout(60):
                await asyncio.Event().wait()

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(work())
    assert ["finished"] == done
