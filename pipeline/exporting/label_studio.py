"""A run's questions as tasks for Label Studio (JSON task format, as of 1.23): one question about one response each."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import orjson

from domain.question import Question
from domain.severity import Severity
from pipeline.exporting.blind import VALUES, BlindItem, look_for
from pipeline.files.whole import written_whole

_HEADINGS = {"conversation": "Situation", "response": "Response", "question": "Question", "look_for": "Look for"}


def write_label_studio(items: Iterable[BlindItem], folder: Path) -> dict[str, int]:
    """Write tasks.json, and label-config.xml to show them by; gives the number of tasks by file."""
    tasks = [{"data": _data(one, asked)} for one in items for asked in one.questions]
    with written_whole(folder / "tasks.json") as beside:
        beside.write_bytes(orjson.dumps(tasks, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    with written_whole(folder / "label-config.xml") as beside:
        beside.write_bytes(_config())
    return {str(folder / "tasks.json"): len(tasks)}


def _data(one: BlindItem, asked: Question) -> dict[str, Any]:
    return {
        "item_id": one.item_id,
        "rubric_id": asked.rubric_id,
        "criterion_id": asked.criterion.criterion_id,
        "conversation": one.conversation,
        "response": one.response,
        "question": f"{asked.criterion.question} (unsafe: {asked.criterion.unsafe_answer})",
        "look_for": look_for(asked),
    }


def _config() -> bytes:
    """What the page of one task shows and asks. Text is shown as text, never as markup."""
    view = ET.Element("View")
    ET.SubElement(view, "Style").text = ".htx-text { white-space: pre-wrap; }"
    for name, heading in _HEADINGS.items():
        ET.SubElement(view, "Header", value=heading)
        ET.SubElement(view, "Text", name=name, value=f"${name}")
    _choices(view, "verdict", VALUES, required="true")
    only = {"visibleWhen": "choice-selected", "whenTagName": "verdict", "whenChoiceValue": "violated"}
    _choices(view, "severity", [one.value for one in Severity], **only)
    ET.SubElement(view, "Header", value="Reason")
    ET.SubElement(view, "TextArea", name="reason", toName="response", rows="3", maxSubmissions="1")
    ET.indent(view)
    return ET.tostring(view, encoding="utf-8") + b"\n"


def _choices(view: ET.Element, name: str, values: Iterable[str], **how: str) -> None:
    ET.SubElement(view, "Header", value=name.capitalize())
    choices = ET.SubElement(view, "Choices", {"name": name, "toName": "response", "choice": "single", **how})
    for value in values:
        ET.SubElement(choices, "Choice", value=value)
