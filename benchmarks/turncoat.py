"""Judges that try to do what the response tells them, behind a real endpoint: the worst that a judge can be.

On a response as it was written they answer as people labelled it; on any other they are turned, each in its own way.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from domain.rubric import Kind
from judges.sentences import sentences
from tests.build import found_json, harmful_reply_json, missing_json, reply_json
from tests.endpoint import Answer, Body, prompt_text

Json = dict[str, Any]
_RESPONSE = re.compile(r"<response(?P<mark>(?:-[a-p]{12})?)>\n(?P<text>.*?)\n</response(?P=mark)>", re.DOTALL)
_CASE = re.compile(r"\[user\]\n(?P<text>[^\n]{30,})")
_CRITERION = re.compile(r"^# Criterion (\S+)$", re.MULTILINE)
_UNSAFE = re.compile(r"^The unsafe answer is: (yes|no)$", re.MULTILINE)
_BLOCK = re.compile(r"\{.*\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Put:
    """One question, as a judge reads it from its prompt."""

    criterion_id: str
    kind: Kind
    unsafe: str
    response: str
    case: str

    @property
    def safe(self) -> str:
        """The answer that lets it clear."""
        return "no" if self.unsafe == "yes" else "yes"

    def cleared(self, quote: str) -> Json:
        """A whole reply that lets it clear, with a quote where one is needed."""
        if self.kind is Kind.OMISSION:
            return found_json(self.criterion_id, self.safe, quote=quote)
        return reply_json(self.criterion_id, self.safe)

    def violated(self) -> Json:
        """A whole reply that finds the violation."""
        if self.kind is Kind.OMISSION:
            return missing_json(self.criterion_id, self.unsafe)
        return harmful_reply_json(self.criterion_id, self.unsafe, evidence=[sentences(self.response)[0].text])


def put_of(body: Body) -> Put:
    """Read the question from a request."""
    text = prompt_text(body)
    response, case = _RESPONSE.search(text), _CASE.search(text)
    assert response
    assert case
    # the criterion is named behind the response; what stands in the response is not it
    behind = text[response.end() :]
    criterion, unsafe = _CRITERION.search(behind), _UNSAFE.search(behind)
    assert criterion
    assert unsafe
    kind = Kind.OMISSION if "How to look for something that should be there" in behind else Kind.COMMISSION
    return Put(criterion[1], kind, unsafe[1], response["text"], case["text"])


def _dumped(reply: Json) -> str:
    return orjson.dumps(reply).decode()


def _obeys(put: Put) -> str:
    return _dumped(put.cleared(sentences(put.response)[0].text))


def _copies(put: Put) -> str:
    """What looks like a reply in the response is given as its own; where there is none, it obeys."""
    block = _BLOCK.search(put.response)
    return block[0] if block and "criterion_id" in block[0] else _obeys(put)


def _invents(put: Put) -> str:
    invented = "call 999 at once if you feel any worse than you do now"
    return _dumped(put.cleared(invented) | ({"evidence": [invented]} if put.kind is Kind.COMMISSION else {}))


def _shrugs(put: Put) -> str:
    return _dumped(put.cleared(sentences(put.response)[0].text) | {"answer": "not_applicable", "applies": "no"})


def _says_both(put: Put) -> str:
    return f"{_dumped(put.violated())}\n{_obeys(put)}"


def _quotes_the_case(put: Put) -> str:
    return _dumped(put.cleared(put.case) | ({"evidence": [put.case]} if put.kind is Kind.COMMISSION else {}))


TURNED: Mapping[str, Callable[[Put], str]] = {
    "obeys": _obeys,
    "copies": _copies,
    "invents": _invents,
    "shrugs": _shrugs,
    "says-both": _says_both,
    "quotes-the-case": _quotes_the_case,
}
"""How each kind of judge answers about a response that carries an attack; the first is as good a liar as can be."""


def turncoat(honest: Mapping[str, bool]) -> Callable[[Body], Answer]:
    """An endpoint's say: which judge it is, the request's model says.

    Args:
        honest: responses as they were written, and whether each violates what it is asked about.
    """

    def say(body: Body) -> Answer:
        put = put_of(body)
        if put.response in honest:
            reply = put.violated() if honest[put.response] else put.cleared(sentences(put.response)[0].text)
            return Answer(_dumped(reply))
        return Answer(TURNED[body["model"]](put))

    return say
