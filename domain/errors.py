"""What can go wrong, as a tree; the command line turns each into one sentence and an exit code.

    CaveatError
    ├── InputError          a file, key or argument is not as it must be            exit 2
    ├── StoreError          the store cannot be opened, is held, or is too new      exit 2
    │   ├── BrokenStoreError    its file cannot be read any more                    exit 2
    │   └── HeldStoreError      another program has its file open                   exit 2
    ├── RunMismatchError         a run would continue under another configuration       exit 2
    ├── RunHeldError        another process is working on this run                  exit 2
    ├── ClusterError        the cluster cannot be used as it stands                exit 2
    ├── EndpointDownError   an endpoint answers nothing any more                   exit 3
    ├── PostingError        a letter or a message could not be handed over          exit 3
    ├── BatchError          a provider's batch was refused or cannot be read       exit 3
    └── WorkersGoneError    no worker of the cluster is heard of any more          exit 3

A failed model call is no exception: it is a `JudgeFailure` or a response outcome, recorded and counted.
"""

from pathlib import Path


class CaveatError(Exception):
    """Something the person can mend; `str()` is the whole sentence they are shown."""

    exit_code = 2


class InputError(CaveatError):
    """A file or argument is not as it must be. Names the place as exactly as it is known."""

    def __init__(self, problem: str, *, file: Path | str | None = None, line: int | None = None, key: str = "") -> None:
        self.problem, self.file, self.line, self.key = problem, file, line, key
        """What it is made of, for machines."""
        parts = [str(file)] if file is not None else []
        parts += [f"line {line}"] if line is not None else []
        parts += [f"key {key}"] if key else []
        super().__init__(f"{', '.join(parts)}: {problem}" if parts else problem)


def from_the_system(error: OSError) -> InputError:
    """A file that the system refuses, in the words of every other error."""
    return InputError(str(error.strerror or error), file=error.filename or "a file")


class StoreError(CaveatError):
    """The store cannot serve: held by a stranger, damaged, on a network file system, or of another version."""

    def __init__(self, place: Path | str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")


class BrokenStoreError(StoreError):
    """The store's file cannot be read any more; the message says how to make it anew."""


class HeldStoreError(StoreError):
    """Another program has the store's file open; the message names it."""


class RunMismatchError(CaveatError):
    """A run exists under this id, but it began with another configuration; the message lists the keys that differ."""


class RunHeldError(CaveatError):
    """Another live process holds the run's folder; the message names it."""


class EndpointDownError(CaveatError):
    """Call after call to one endpoint failed; what was not asked yet waits for the run to be continued."""

    exit_code = 3

    def __init__(self, name: str, n_failed: int, detail: str) -> None:
        self.told = (name, n_failed, detail)
        """What it was made of, to be made again where a worker's error must reach the driver."""
        super().__init__(
            f"{name}: {n_failed} calls in a row failed after every retry, the last with: {detail}. The run is "
            "incomplete; the same command continues it"
        )


class BatchError(CaveatError):
    """A provider did not take a batch, or what it gave back cannot be used; nothing is asked twice because of it."""

    exit_code = 3


class PostingError(CaveatError):
    """A letter or a message was not taken; the message says by whom and why, and repeats no secret."""

    exit_code = 3


class ClusterError(CaveatError):
    """The cluster cannot be reached, or its nodes are not as a run needs them."""


class WorkersGoneError(CaveatError):
    """No worker is left to ask anything; what was not asked yet waits for the run to be continued."""

    exit_code = 3

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}. The run is incomplete; the same command continues it, on a cluster or without one")
