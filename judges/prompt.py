"""Prompts are content: loaded strictly, rendered in one pass, hashed into everything they produce.

The case comes first, then the procedure for the kind of criterion, then the criteria: so all judges and criteria share
one long prefix.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from jinja2 import Environment, StrictUndefined, Template, TemplateError, UndefinedError, meta

from domain.errors import InputError
from domain.question import Question
from domain.record import text_sha256
from domain.rubric import Criterion
from domain.scenario import Facts, Scenario
from judges.client import Turn
from judges.few_shot import NO_EXAMPLES, Pool, Reviewed

_ENVIRONMENT = Environment(
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 (plain text for a model, never a page)
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)

_SPECIMENS: dict[str, dict[str, object]] = {
    "system.md": {},
    "case.md": {
        "setting": "GP",
        "jurisdiction": "UK",
        "audience": "public",
        "messages": [{"role": "user", "content": "…"}],
        "reference_answer": "…",
        "response": "…",
        "mark": "…",
    },
    "omission.md": {},
    "commission.md": {},
    "criterion.md": {
        "criterion_id": "…",
        "question": "…",
        "unsafe_answer": "yes",
        "gate": "…",
        "observable": "…",
        "required_action": "…",
        "exclusions": ("…",),
        "facts": [("red flags", "…")],
        "examples": [{"verdict": "violates", "text": "…", "why": "…"}],
    },
    "reply.md": {"n": 2, "mark": "…"},
    "again.md": {"quotes": ("…",), "criterion_ids": ("…",), "n": 2, "mark": "…"},
}
"""What each file is given. Another field is an error when the file is loaded, not in the middle of a night."""

_MARK = re.compile(r"<(?=\s*/?\s*(?:conversation|reference|response|example)\b)", re.IGNORECASE)

_MARKED = re.compile(r"-[a-p]{12}\b")
_LETTERS = str.maketrans("0123456789", "ghijklmnop")

_MOST_KEPT = 512
_LONGEST_QUOTE = 400

_Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Prompts:
    """The texts of one judge, compiled."""

    texts: Mapping[str, Template]
    sha256: str
    _rendered: dict[Hashable, str] = field(default_factory=dict[Hashable, str])
    """By what was rendered: one item's criteria follow each other, and judges are asked the same."""

    def turns(self, questions: Sequence[Question], pool: Pool = NO_EXAMPLES) -> tuple[Turn, ...]:
        """What the judge is shown: system, then the case (the shared prefix), then procedure and criteria.

        Args:
            questions: about one response, and of one kind.
            pool: what examples are drawn from, beside the criterion's own.
        """
        first = questions[0]
        case = self._case_text(first.scenario, first.response)
        procedure = self._kept(name := f"{first.criterion.kind.value}.md", lambda: self._text(name))
        criteria = "".join(self._criterion_text(one, pool) for one in questions)
        reply = self._kept(("reply", len(questions), first.response), lambda: self._reply_text(questions))
        system = self._kept("system.md", lambda: self._text("system.md"))
        return Turn("system", (system,)), Turn("user", (case, procedure + criteria + reply))

    def again(self, reply: str, questions: Sequence[Question], quotes: Sequence[str]) -> tuple[Turn, ...]:
        """What follows a reply whose quotes do not stand in the response: the reply, and the question once more."""
        asked = self._text(
            "again.md",
            quotes=[defuse(quote[:_LONGEST_QUOTE]) for quote in quotes],
            criterion_ids=[one.criterion.criterion_id for one in questions],
            n=len(questions),
            mark=mark_of(questions[0].response),
        )
        return Turn("assistant", (reply,)), Turn("user", (asked,))

    def _text(self, name: str, **values: object) -> str:
        return self.texts[name].render(values)

    def _case_text(self, scenario: Scenario, response: str) -> str:
        render = partial(_render_case, self.texts["case.md"], scenario, response)
        return self._kept(("case", scenario.sha256, response), render)

    def _criterion_text(self, question: Question, pool: Pool) -> str:
        facts, reviewed = _stated(question.criterion, question.scenario.facts), pool.examples_of(question)
        key = ("criterion", question.criterion.sha256, facts, reviewed)
        return self._kept(key, lambda: self._text("criterion.md", **_fields(question.criterion, facts, reviewed)))

    def _reply_text(self, questions: Sequence[Question]) -> str:
        return self._text("reply.md", n=len(questions), mark=mark_of(questions[0].response))

    def _kept(self, key: Hashable, render: Callable[[], str]) -> str:
        if (text := self._rendered.get(key)) is None:
            if len(self._rendered) >= _MOST_KEPT:
                self._rendered.clear()
            text = self._rendered[key] = render()
        return text


def load_prompts(files: dict[str, str]) -> Prompts:
    """Compile the texts, and try each on a specimen.

    Raises:
        InputError: a file is missing, does not parse, or uses a field that it is not given.
    """
    if missing := sorted(_SPECIMENS.keys() - files.keys()):
        raise InputError(f"the prompts need these files too: {', '.join(missing)}")
    templates = {name: _compiled(name, files[name]) for name in _SPECIMENS}
    sha256 = text_sha256("\0".join(files[name] for name in sorted(_SPECIMENS)))
    return Prompts(templates, sha256)


def _compiled(name: str, text: str) -> Template:
    known = _SPECIMENS[name]
    try:
        tree = _ENVIRONMENT.parse(text)
        if list(meta.find_referenced_templates(tree)):
            raise InputError("include, import and extends are not accepted: a prompt is one text", file=name)
        used = meta.find_undeclared_variables(tree)
        if unknown := sorted(used - known.keys()):
            given = ", ".join(sorted(known)) or "none"
            raise InputError(f"unknown field {', '.join(unknown)}; expected only: {given}", file=name)
        template = _ENVIRONMENT.from_string(text)
        template.render(known)
    except UndefinedError as error:
        raise InputError(f"unknown field: {error.message}", file=name) from None
    except TemplateError as error:
        raise InputError(f"does not parse: {error}", file=name, line=getattr(error, "lineno", None)) from None
    return template


def _render_case(template: Template, scenario: Scenario, response: str) -> str:
    messages = [{"role": message.role, "content": defuse(message.content)} for message in scenario.messages]
    return template.render(
        setting=defuse(scenario.setting),
        jurisdiction=defuse(scenario.jurisdiction),
        audience=scenario.audience.value,
        messages=messages,
        reference_answer=defuse(scenario.reference_answer or ""),
        response=defuse(response),
        mark=mark_of(response),
    )


def _fields(criterion: Criterion, facts: _Facts, reviewed: Sequence[Reviewed]) -> dict[str, object]:
    examples = [{"verdict": "violates", "text": one.text, "why": one.why} for one in criterion.examples.violates]
    examples += [
        {"verdict": "does not violate", "text": one.text, "why": one.why} for one in criterion.examples.does_not_violate
    ]
    return {
        "criterion_id": criterion.criterion_id,
        "question": defuse(criterion.question),
        "unsafe_answer": criterion.unsafe_answer,
        "gate": criterion.gate,
        # a scenario's own criterion is its question; it need not be said twice
        "observable": "" if criterion.observable in criterion.question else defuse(criterion.observable),
        "required_action": criterion.required_action,
        "exclusions": criterion.not_a_violation,
        "facts": facts,
        "examples": examples + [_reviewed(one) for one in reviewed],
    }


def _reviewed(one: Reviewed) -> dict[str, str]:
    """A reviewed response as an example: between marks, since a system wrote it, and on one line, so that none of its
    lines can pass for one of the prompt's."""
    mark, text = mark_of(one.text), defuse(" ".join(one.text.split()))
    verdict = "violates" if one.is_violated else "does not violate"
    shown = f"<example-{mark}>{text}</example-{mark}>"
    return {"verdict": verdict, "text": shown, "why": defuse(" ".join(one.why.split()))}


def _stated(criterion: Criterion, facts: Facts | None) -> _Facts:
    """The facts that this criterion's judge is shown, in words."""
    shown: list[tuple[str, str]] = []
    for name in criterion.case_facts if facts is not None else ():
        value = getattr(facts, name)
        if isinstance(value, tuple):
            value = "; ".join(cast("tuple[str, ...]", value))
        if value not in (None, ""):
            words = "yes" if value is True else "no" if value is False else str(value)
            shown.append((name.replace("_", " "), defuse(words)))
    return tuple(shown)


def mark_of(response: str) -> str:
    """A tag that the response's writer cannot have known: it depends on every byte of the response. Letters alone, for
    digits could be taken for somebody's number."""
    return text_sha256(response)[:12].translate(_LETTERS)


def unmarked(text: str) -> str:
    """A prompt's text without its marks: what it says to every response alike is the same for each."""
    return _MARKED.sub("", text)


def defuse(text: str) -> str:
    """Text in which none of our marks can begin; `quotes.find_quote` reads the changed character as the original."""
    return _MARK.sub("‹", text)
