"""What people say to each other about the work, in writing: each kind of thread has its own way through."""

from enum import StrEnum


class ThreadKind(StrEnum):
    """What a thread is about."""

    FEEDBACK = "feedback"
    """An evaluator on a reader's judgement."""
    QUESTION = "question"
    """Of a reader; its answer is a clarification."""
    FLAG = "flag"
    """A scenario that is ambiguous, concerning or an edge case."""
    DISPUTE = "dispute"
    """A criterion that is wrong."""
    CHANGE_REQUEST = "change_request"
    """Something for the technical team to change."""


class ThreadState(StrEnum):
    """Where a thread stands."""

    OPEN = "open"
    ANSWERED = "answered"
    IN_PROGRESS = "in_progress"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    CLOSED = "closed"


class FlagTopic(StrEnum):
    """What is the matter with a scenario."""

    AMBIGUOUS = "ambiguous"
    CONCERNING = "concerning"
    EDGE_CASE = "edge_case"
