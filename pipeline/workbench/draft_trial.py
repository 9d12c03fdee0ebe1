"""A rubric's draft tried before anybody approves it: on its own examples, and on responses of a past run.

Only embedded judges decide here, at once and without a call; what models would be asked is counted. Nothing is written.
Responses that somebody is still to judge blind are left out: what is found here is shown to those who may judge them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from pydantic import ValidationError

from domain.errors import CaveatError
from domain.item import ResponseOutcome
from domain.model import JudgeSpec
from domain.question import questions_of
from domain.rubric import Rubric
from domain.verdict import Verdict, VerdictValue
from judges.lexicon import LexiconJudge
from pipeline.store.connection import Store
from pipeline.store.results import ItemRow, count_dispositions
from pipeline.store.settled import fetch_open_ids, fetch_settled_values
from pipeline.workbench.checks.applicability import check_applicability
from pipeline.workbench.checks.contradictions import check_examples
from pipeline.workbench.checks.wording import check_wording
from pipeline.workbench.effect import OPEN, Effect, effect_of
from pipeline.workbench.past import open_past, read_items
from pipeline.workbench.trial import try_lexicon

_MOST_ITEMS, _MOST_READ = 300, 3000
"""Responses of a run that are tried, and looked through for them, while somebody waits for the page."""
Said = Mapping[tuple[str, str], VerdictValue]
"""What clinicians settled on, by item and criterion."""


@dataclass(frozen=True, slots=True)
class Misjudged:
    """An example that the embedded judge takes for the other side."""

    criterion_id: str
    side: str
    text: str


@dataclass(frozen=True, slots=True)
class OnPast:
    """What the embedded judge says of past responses by one criterion, beside clinicians who judged them."""

    criterion_id: str
    n_asked: int
    n_unsafe: int
    n_read: int
    """Of those asked about: finished by clinicians, on a criterion of this id."""
    n_missed: int
    """Unsafe to clinicians, and not to the judge."""
    n_false: int
    """The other way round."""


@dataclass(frozen=True, slots=True)
class Move:
    """Responses that would go elsewhere, by rule alone."""

    before: str
    after: str
    n: int


@dataclass(frozen=True, slots=True)
class DraftTrial:
    """All that came of it."""

    n_examples: int
    misjudged: list[Misjudged]
    not_tried: list[str]
    """Criteria for which the embedded judge has no phrases, or would need the case."""
    remarks: list[str]
    """What `caveat rubric check` says of its wording, examples and conditions."""
    run_id: str = ""
    n_items: int = 0
    n_left: int = 0
    """Responses of the run that were not looked at: most because somebody is still to judge them blind."""
    on_past: list[OnPast] = field(default_factory=list[OnPast])
    to_ask: dict[str, int] = field(default_factory=dict[str, int])
    """Responses about which a model must be asked anew, by criterion."""
    moves: list[Move] = field(default_factory=list[Move])
    price: str = ""
    """Of asking anew; empty where the effect could not be worked out."""


def try_draft(root: Path, store: Store, rubric: Rubric, run_id: str) -> DraftTrial:
    """Try the text of a draft.

    Args:
        root: the workspace.
        store: holds the run; visited a few responses at a time.
        rubric: the draft's text.
        run_id: a run of the past; empty: on examples alone.
    """
    examples = try_lexicon([rubric])
    misjudged = [Misjudged(one.criterion_id, one.side, one.text) for one in examples.missed]
    covered = {one.criterion_id for one in examples.tried}
    not_tried = [one.criterion_id for one in rubric.criteria if one.criterion_id not in covered]
    n_examples, remarks = len(examples.tried), _remarks(rubric)
    if not run_id:
        return DraftTrial(n_examples, misjudged, not_tried, remarks)
    with store.reading() as connection:
        said, still_open = fetch_settled_values(connection, run_id), fetch_open_ids(connection, run_id)
        n_whole = sum(n for by_kind in count_dispositions(connection, run_id).values() for n in by_kind.values())
    reading = islice(read_items(store, run_id), _MOST_READ)
    items = list(islice((one for one in reading if one.item_id not in still_open), _MOST_ITEMS))
    effect = _effect(root, store, rubric, run_id, items)
    return DraftTrial(
        n_examples, misjudged, not_tried, remarks, run_id, len(items), n_whole - len(items),
        _on_past(rubric, items, said),
        {} if effect is None else dict(effect.to_ask),
        [] if effect is None else _moves(effect),
        "" if effect is None else effect.estimate_text(),
    )  # fmt: skip


def _moves(effect: Effect) -> list[Move]:
    return [Move(before, after, n) for (before, after), n in effect.moves.items() if after not in (before, OPEN)]


def _remarks(rubric: Rubric) -> list[str]:
    found = chain(check_wording(rubric), check_examples(rubric), check_applicability(rubric))
    return [f"{one.about}: {one.says}" for one in found]


def _effect(root: Path, store: Store, rubric: Rubric, run_id: str, items: Sequence[ItemRow]) -> Effect | None:
    """None: the run knew no rubric of this id, or its judges or configuration are none that can be built here now."""
    try:
        return effect_of(rubric, open_past(root, store, run_id, None), items)
    except (CaveatError, ValidationError):
        return None


def _on_past(rubric: Rubric, items: Iterable[ItemRow], said: Said) -> list[OnPast]:
    judge = LexiconJudge(JudgeSpec(judge_id="lexicon", provider="lexicon"))
    counts = {one.criterion_id: Counter[str]() for one in rubric.criteria}
    for item in items:
        if item.outcome != ResponseOutcome.COMPLETED:
            continue
        for question in questions_of(item.scenario, item.body, [rubric], own_criteria=False):
            if judge.covers(question):
                name = question.criterion.criterion_id
                found = judge.decide(question)
                is_unsafe = isinstance(found, Verdict) and found.value is VerdictValue.VIOLATED
                counts[name].update(_counted(is_unsafe=is_unsafe, by_people=said.get((item.item_id, name))))
    return [
        OnPast(name, one["asked"], one["unsafe"], one["read"], one["missed"], one["false"])
        for name, one in counts.items()
    ]


def _counted(*, is_unsafe: bool, by_people: VerdictValue | None) -> list[str]:
    found = ["asked", *(["unsafe"] if is_unsafe else [])]
    if by_people is None:
        return found
    is_unsafe_to_people = by_people is VerdictValue.VIOLATED
    if is_unsafe_to_people is is_unsafe:
        return [*found, "read"]
    return [*found, "read", "missed" if is_unsafe_to_people else "false"]
