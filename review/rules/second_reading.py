"""When the tool asks for a second opinion, because people who have seen a machine disagree ask a colleague less often.

Source: Fogliato and others (2022), "Who goes first? Influences of human-AI workflow on decision making in clinical
imaging", FAccT.
"""

from collections.abc import Iterable, Mapping

from domain.review import Judgement
from domain.severity import Severity
from domain.verdict import VerdictValue

FROM = Severity.CONSIDERABLE
"""The least severity for which it is asked."""


def is_wanted(judgement: Judgement, judged: Mapping[str, Iterable[tuple[VerdictValue | None, Severity]]]) -> bool:
    """Whether every judge sees a grave violation where the person sees none.

    Args:
        judgement: the person's blind one.
        judged: value (None: the judge failed) and severity of every judge, by criterion.
    """
    for criterion_id, found in judged.items():
        mine = judgement.on(criterion_id)
        values = list(found)
        agreed = bool(values) and all(value is VerdictValue.VIOLATED for value, _ in values)
        grave = agreed and max(severity.rank for _, severity in values) >= FROM.rank
        if grave and mine is not None and mine.value is VerdictValue.SATISFIED:
            return True
    return False
