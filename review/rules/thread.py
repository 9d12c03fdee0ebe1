"""Who opens which thread, who sees it, and who moves it on. A table each, on which the tests walk."""

from domain.person import Person, Role
from domain.thread import ThreadKind, ThreadState
from pipeline.store.threads import Thread

_T, _E, _S, _L = Role.TRAINER, Role.EVALUATOR, Role.SME, Role.LEAD
_TEC, _SO = Role.TECHNICAL, Role.SAFETY_OFFICER

OPENS: dict[ThreadKind, frozenset[Role]] = {
    ThreadKind.FEEDBACK: frozenset({_E}),
    ThreadKind.QUESTION: frozenset({_T, _E, _S}),
    ThreadKind.FLAG: frozenset({_T, _S}),
    ThreadKind.DISPUTE: frozenset({_T, _E, _S}),
    ThreadKind.CHANGE_REQUEST: frozenset({_S, _L}),
}
SEES: dict[ThreadKind, frozenset[Role]] = {
    ThreadKind.FEEDBACK: frozenset({_E, _L, _SO}),
    ThreadKind.QUESTION: frozenset({_S, _L, _SO}),
    ThreadKind.FLAG: frozenset({_S, _L, _SO}),
    ThreadKind.DISPUTE: frozenset({_S, _L, _SO}),
    ThreadKind.CHANGE_REQUEST: frozenset({_S, _L, _TEC, _SO}),
}
"""Besides whoever opened it, and whose judgement it is about."""
_GOES_ON = frozenset({ThreadState.OPEN, ThreadState.ACCEPTED, ThreadState.IN_PROGRESS})
MOVES: dict[ThreadKind, dict[ThreadState, tuple[frozenset[Role], frozenset[ThreadState]]]] = {
    ThreadKind.FEEDBACK: {ThreadState.CLOSED: (frozenset({_E}), frozenset({ThreadState.OPEN, ThreadState.ANSWERED}))},
    ThreadKind.QUESTION: {
        ThreadState.CLOSED: (frozenset({_S, _L}), frozenset({ThreadState.OPEN, ThreadState.ANSWERED}))
    },
    ThreadKind.FLAG: {
        ThreadState.ACCEPTED: (frozenset({_S, _L}), frozenset({ThreadState.OPEN})),
        ThreadState.DECLINED: (frozenset({_S, _L}), frozenset({ThreadState.OPEN})),
    },
    ThreadKind.DISPUTE: {
        ThreadState.ACCEPTED: (frozenset({_S, _L}), frozenset({ThreadState.OPEN})),
        ThreadState.DECLINED: (frozenset({_S, _L}), frozenset({ThreadState.OPEN})),
    },
    ThreadKind.CHANGE_REQUEST: {
        ThreadState.ACCEPTED: (frozenset({_TEC}), frozenset({ThreadState.OPEN})),
        ThreadState.IN_PROGRESS: (frozenset({_TEC}), frozenset({ThreadState.OPEN, ThreadState.ACCEPTED})),
        ThreadState.DONE: (frozenset({_TEC}), _GOES_ON),
        ThreadState.DECLINED: (frozenset({_L, _TEC}), _GOES_ON),
    },
}
"""To which state, by whom, from which states."""
_SEE_ALL_OF_OPEN_ITEMS = frozenset({_L, _SO})
_ENDED = frozenset({ThreadState.ACCEPTED, ThreadState.DECLINED, ThreadState.DONE, ThreadState.CLOSED})


def has_ended(thread: Thread) -> bool:
    """Whether nothing more is said in it. An accepted request for a change goes on: the work is still to be done."""
    if thread.kind is ThreadKind.CHANGE_REQUEST and thread.state is ThreadState.ACCEPTED:
        return False
    return thread.state in _ENDED


def why_not_move(to: ThreadState, reason: str) -> str:
    """Why a thread cannot be moved there so; empty where it can."""
    return "Say why, for whoever asked" if to is ThreadState.DECLINED and not reason.strip() else ""


def may_open(kind: ThreadKind, person: Person) -> bool:
    """Whether a person may open a thread of this kind."""
    return person.may(OPENS[kind])


def may_see(thread: Thread, person: Person) -> bool:
    """Whether a person may read and reply.

    While somebody is still to judge the item blind, an expert, who may be that somebody, sees no thread about it but
    their own. An answered question about no item is a clarification: everybody sees it.
    """
    if person.person_id in (thread.opened_by, thread.about_id):
        return True
    if thread.kind is ThreadKind.QUESTION and not thread.item_id and thread.state is not ThreadState.OPEN:
        return True
    if thread.is_item_open and not person.may(_SEE_ALL_OF_OPEN_ITEMS):
        return False
    return person.may(SEES[thread.kind])


def may_reply(thread: Thread, person: Person) -> bool:
    """Whether a person may say something more: until it has ended, those whom it concerns."""
    concerned = person.person_id in (thread.opened_by, thread.about_id) or person.may(SEES[thread.kind])
    return not has_ended(thread) and concerned and may_see(thread, person)


def concerns(thread: Thread, person: Person) -> bool:
    """Whether it goes on and the person opened it, or it is about their work."""
    return not has_ended(thread) and person.person_id in (thread.opened_by, thread.about_id)


def moves(thread: Thread, person: Person) -> list[ThreadState]:
    """The states to which a person may move it."""
    if not may_see(thread, person):
        return []
    table = MOVES[thread.kind]
    return [to for to, (roles, before) in table.items() if person.may(roles) and thread.state in before]


def after_reply(thread: Thread, person: Person) -> ThreadState:
    """Where a reply leaves it: whoever opened a question or gave feedback asks, all others answer."""
    if thread.kind not in (ThreadKind.FEEDBACK, ThreadKind.QUESTION):
        return thread.state
    return ThreadState.OPEN if person.person_id == thread.opened_by else ThreadState.ANSWERED


def speaks_as(thread_roles: frozenset[Role], person: Person) -> Role:
    """The role under which a person writes: one that the thread knows, else their first."""
    mine = sorted(person.roles & thread_roles) or sorted(person.roles)
    return mine[0]
