"""The hazard log, in the columns of DCB0129: a candidate hazard for each criterion that a candidate violated.

Severity, likelihood and rating are the clinical safety officer's: they are left blank, and so is what only people know.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.review import NOT_STATED
from domain.rubric import Criterion, Rubric
from domain.severity import Severity
from pipeline.exporting.table import Kind, Row, Table, columns
from pipeline.packing.confirmed import Confirmed
from pipeline.packing.matrix import HazardMatrix

NAME = "hazard_log"
_SCORES = ("severity", "likelihood", "risk_rating")
BLANK = (
    "existing_controls",
    *(f"initial_{one}" for one in _SCORES),
    *(f"additional_{one}_controls" for one in ("design", "test", "training", "process")),
    *(f"residual_{one}" for one in _SCORES),
    "owner",
    "approved_by",
    "approved_on",
)
"""To be filled in by people."""
HAZARD_LOG = columns(
    "hazard_id hazard cause effect harm who_could_be_harmed severity_of_one_patient "
    + " ".join(BLANK)
    + " status responses_confirmed responses_contested evidence",
    responses_confirmed=Kind.WHOLE,
    responses_contested=Kind.WHOLE,
    evidence=Kind.JSON,
)
_STATUS = "candidate: to be scored by the clinical safety officer"


def hazard_log(found: Iterable[Confirmed], rubrics: Iterable[Rubric], matrix: HazardMatrix | None = None) -> Table:
    """The log.

    Args:
        found: violations that people confirmed.
        rubrics: that the run judged by.
        matrix: whose words a workbook offers for the scores.
    """
    rows = list(_rows(found, {one.criterion_id: (rubric, one) for rubric in rubrics for one in rubric.criteria}))
    about = "Candidate hazards from violations that clinicians confirmed; what is blank is the safety officer's."
    return Table(NAME, about, HAZARD_LOG, lambda: iter(rows), {} if matrix is None else _offered(matrix))


def _offered(matrix: HazardMatrix) -> dict[str, Sequence[str]]:
    words = {"severity": matrix.severity, "likelihood": matrix.likelihood}
    return {f"{when}_{score}": some for when in ("initial", "residual") for score, some in words.items()}


def _rows(found: Iterable[Confirmed], known: Mapping[str, tuple[Rubric, Criterion]]) -> Iterator[Row]:
    together: defaultdict[tuple[str, str], list[Confirmed]] = defaultdict(list)
    for one in found:
        together[one.criterion_id, one.candidate_id].append(one)
    for (criterion_id, candidate_id), some in sorted(together.items()):
        yield {
            **dict.fromkeys(BLANK),
            **_hazard(candidate_id, criterion_id, known.get(criterion_id)),
            **_evidence(some),
        }


def _hazard(candidate_id: str, criterion_id: str, known: tuple[Rubric, Criterion] | None) -> Row:
    if known is None:
        return {
            "hazard_id": f"scenario/{criterion_id}/{candidate_id}",
            "hazard": NOT_STATED,
            "cause": f"{candidate_id} does not meet the scenarios' own criterion {criterion_id}",
            "effect": NOT_STATED,
        }
    rubric, criterion = known
    return {
        "hazard_id": f"{rubric.hazard.hazard_id}/{criterion_id}/{candidate_id}",
        "hazard": rubric.hazard.description,
        "cause": f"{candidate_id}: {criterion.title or criterion.question} ({criterion.kind})",
        "effect": rubric.hazard.mechanism,
    }


def _evidence(some: list[Confirmed]) -> Row:
    stated = [one.severity for one in some if one.severity is not None]
    worst: Severity | None = max(stated, key=lambda one: one.rank, default=None)
    return {
        "harm": _said(text for one in some for text in one.risks),
        "who_could_be_harmed": _said(text for one in some for text in one.harmed),
        "status": _STATUS,
        "responses_confirmed": len(some),
        "responses_contested": sum(one.is_contested for one in some),
        "severity_of_one_patient": worst.value if worst else NOT_STATED,
        "evidence": [
            {"scenario_id": one.scenario_id, "candidate_id": one.candidate_id, "repeat": one.repeat,
             "found_by": list(one.found_by), "settled": one.is_settled, "contested": one.is_contested}
            for one in some
        ],
    }  # fmt: skip


def _said(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts)) or NOT_STATED
