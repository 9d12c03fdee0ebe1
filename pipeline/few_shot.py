"""A judge's examples from label files: the training part of the split alone, where reviewers agree."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from domain.errors import InputError
from domain.model import FewShot, JudgeSpec
from domain.scenario import Label
from domain.verdict import VerdictValue
from judges.few_shot import NO_EXAMPLES, Pool, Reviewed, pool_of
from pipeline.inputs import Inputs, ResponseKey, load_labels, load_responses, response_key

_DECIDED = (VerdictValue.VIOLATED, VerdictValue.SATISFIED)


def load_pool(spec: JudgeSpec, inputs: Inputs) -> Pool:
    """What this judge's examples are drawn from.

    Raises:
        InputError: a file is missing or broken, holds labels on scenarios that examine the judge, or holds no response
            that is labelled.
    """
    if (rule := spec.few_shot) is None:
        return NO_EXAMPLES
    key = f"judges.{spec.judge_id}.few_shot"
    labels = list(load_labels(inputs.root, rule.labels, f"{key}.labels", inputs.gate))
    _refuse_leakage(labels, rule, f"{key}.labels")
    responses = load_responses(inputs.root, rule.responses, f"{key}.responses", inputs.gate)
    texts = {response_key(one): one.response for one in responses}
    reviewed = list(reviewed_of(labels, texts))
    if not reviewed:
        raise InputError(
            "no label says violated or satisfied of a response in these files; expected reviewed responses",
            key=f"{key}.responses",
        )
    return pool_of(reviewed, rule.per_side, rule.seed)


def _refuse_leakage(labels: Iterable[Label], rule: FewShot, key: str) -> None:
    """A judge that has read the answers proves nothing."""
    if leaked := sorted({one.scenario_id for one in labels if not rule.split.is_training(one.scenario_id)}):
        raise InputError(
            f"labels on {len(leaked)} scenarios of the evaluation part, first {leaked[0]!r}, would leak into the "
            f"judge's examples; expected the training part alone (seed {rule.seed}, training_share "
            f"{rule.training_share:g}): `caveat labels split` writes it",
            key=key,
        )


def reviewed_of(labels: Iterable[Label], texts: dict[ResponseKey, str]) -> Iterator[Reviewed]:
    """Reviewed responses on which all reviewers who could tell agree, with the reason of one of them.

    Args:
        labels: of any number of reviewers. `not_applicable` is no example of either side.
        texts: responses by what they answer; a label without its response is passed over.
    """
    every = list(labels)
    names = {one.reviewer_id for one in every}
    by_question: defaultdict[tuple[ResponseKey, str], list[Label]] = defaultdict(list)
    for one in every:
        if one.verdict is not VerdictValue.CANNOT_TELL:
            by_question[response_key(one), one.criterion_id].append(one)
    for (of, criterion_id), some in sorted(by_question.items()):
        verdicts = {one.verdict for one in some}
        if len(verdicts) == 1 and some[0].verdict in _DECIDED and (text := texts.get(of, "").strip()):
            why = _without(names, next((one.reason for one in sorted(some, key=_reviewer) if one.reason.strip()), ""))
            yield Reviewed(criterion_id, of[0], text, some[0].verdict is VerdictValue.VIOLATED, why)


def _reviewer(label: Label) -> str:
    return label.reviewer_id


def _without(names: Iterable[str], reason: str) -> str:
    """The reason without the reviewers' ids: a provider learns what was said, not by whom."""
    said = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![\w-])(?:{said})(?![\w-])", "a reviewer", reason, flags=re.IGNORECASE)
