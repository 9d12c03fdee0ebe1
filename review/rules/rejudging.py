"""When a list of what is to be judged anew may be closed."""

from domain.authoring import RejudgingState
from pipeline.store.rejudgings import Rejudging


def why_not_close(one: Rejudging, n_left: int, reason: str, *, is_meant: bool) -> str:
    """Why it cannot be closed so; empty where it can."""
    if one.state is RejudgingState.CLOSED:
        return "It is closed already"
    if not reason.strip():
        return "Say why it is closed"
    return f"{n_left} are still left; tick that you mean to leave them" if n_left and not is_meant else ""
