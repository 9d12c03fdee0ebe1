"""What the judges said, after the person's own judgement is locked: keep it or change it, with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from agreement.proportion import Proportion, proportion
from domain.question import Question
from domain.review import CriterionJudgement
from domain.scenario import Scenario
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.findings import ShownFinding, Track, fetch_shown_findings, fetch_tracks
from review.acts.commit import Change, submit
from review.ask import Ask, GoTo, Page, RefusedError
from review.pages.choice import Choice, Chosen, choices_of, chosen_of, problem_of, severities
from review.pages.opened import Opened, open_item
from review.pages.response import Tick, ticks_of
from review.rules.reading import MOST_CHARACTERS

NEEDED = 20
"""Items that people judged blind, below which nothing is said of a judge's reliability."""

Tracks = Mapping[tuple[str, str, VerdictValue], Track]


@dataclass(frozen=True, slots=True)
class Said:
    """One judge on one criterion."""

    finding: ShownFinding
    reliability: Proportion | None
    """How often people agreed, blind, where this judge said the same on this criterion; None: not measured."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """One criterion: the person's judgement beside the judges'."""

    number: int
    asked: Question
    mine: CriterionJudgement
    said: list[Said]
    choices: list[Choice]
    chosen: Chosen
    because: str
    problem: str

    @property
    def kept(self) -> Chosen:
        """The choice that is the person's own."""
        return chosen_of(self.mine)

    @property
    def is_changed(self) -> bool:
        """Whether the answer or, of a violation, its severity is another than the person's own."""
        return (self.chosen.answer, self.chosen.harm) != (self.kept.answer, self.mine.severity)

    @property
    def differs(self) -> bool:
        """Whether any judge says otherwise, or failed."""
        return any(one.finding.value is not self.mine.value for one in self.said)


@dataclass(frozen=True, slots=True)
class RevealPage:
    """The judgement and the judges', criterion by criterion, those that differ first."""

    item_id: str
    scenario: Scenario
    outcome: str
    ticks: list[Tick]
    """The response, to be read again."""
    revealed: list[Revealed]
    severities: list[Choice]
    is_extra: bool
    n_needed: int

    @property
    def problems(self) -> list[Revealed]:
        """Those that need mending."""
        return [one for one in self.revealed if one.problem]


def show(ask: Ask) -> Page | GoTo:
    """The page, for whoever has locked their judgement."""
    with ask.store.reading() as connection:
        opened = open_item(connection, ask)
        _refuse_early(opened)
        return Page("reveal.html", _record(connection, opened, {}))


def submit_(ask: Ask) -> Page | GoTo:
    """Keep or change, and be done."""
    with ask.store.writing(PEOPLE) as connection:
        opened = open_item(connection, ask)
        _refuse_early(opened)
        if not opened.standing.may_change:
            raise RefusedError(409, "This item has been settled; its judgements cannot be changed any more")
        record = _record(connection, opened, {name: ask.one(name) for name in ask.form})
        if record.problems:
            return Page("reveal.html", record, 400)
        submit(connection, opened.item, ask.person, _changes(record), ask.now)
    return GoTo(f"/items/{opened.item.item_id}/done")


def _refuse_early(opened: Opened) -> None:
    if not opened.standing.may_see_judges:
        raise RefusedError(409, "Lock your own judgement first; what the judges said is shown after that")


def _changes(record: RevealPage) -> dict[str, Change]:
    return {one.asked.criterion.criterion_id: _change(one) for one in record.revealed if one.is_changed}


def _change(one: Revealed) -> Change:
    return Change(one.chosen.value, one.chosen.is_defensible, one.chosen.harm, one.because.strip())


def _record(connection: Connection, opened: Opened, form: Mapping[str, str]) -> RevealPage:
    findings = fetch_shown_findings(connection, opened.item.item_id)
    tracks = fetch_tracks(connection, opened.item.item_id)
    last = opened.versions[-1]
    revealed: list[Revealed] = []
    for number, asked in enumerate(opened.item.questions, 1):
        criterion_id = asked.criterion.criterion_id
        mine = last.judgement.on(criterion_id)
        if mine is not None:
            said = [Said(one, _reliability(one, tracks)) for one in findings if one.criterion_id == criterion_id]
            revealed.append(_revealed(number, asked, mine, said, form))
    in_order = sorted(revealed, key=lambda one: (not one.differs, one.number))
    item = opened.item
    ticks = ticks_of(item.response, ())
    return RevealPage(item.item_id, item.scenario, item.outcome, ticks, in_order, severities(), last.is_extra, NEEDED)


def _reliability(finding: ShownFinding, tracks: Tracks) -> Proportion | None:
    if finding.value is None:
        return None
    track = tracks.get((finding.judge_id, finding.criterion_id, finding.value))
    return proportion(track.n_agreed, track.n) if track is not None and track.n >= NEEDED else None


def _revealed(
    number: int, asked: Question, mine: CriterionJudgement, said: list[Said], form: Mapping[str, str]
) -> Revealed:
    kept = chosen_of(mine)
    chosen = Chosen(form.get(f"choice-{number}", kept.answer), form.get(f"severity-{number}", kept.severity))
    because = form.get(f"because-{number}", "")
    return _checked(Revealed(number, asked, mine, said, choices_of(asked), chosen, because, ""))


def _checked(one: Revealed) -> Revealed:
    if one.chosen.severity not in {"", *Severity}:
        return replace(one, problem="Choose one of the answers that are offered")
    if not one.is_changed:
        return one
    return replace(one, problem=problem_of(one.chosen, one.choices) or _lacking(one.because))


def _lacking(because: str) -> str:
    if len(because) > MOST_CHARACTERS:
        return f"Use at most {MOST_CHARACTERS} characters"
    return "" if because.strip() else "Say why you change your judgement"
