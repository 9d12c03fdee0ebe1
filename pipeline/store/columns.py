"""The types of columns, as both databases call them: a name means the same in every table, and so has one type."""

_TYPES = {
    "journal_offset": "BIGINT",
    "repeat_number": "INTEGER",
    "points": "DOUBLE PRECISION",
    "inclusion_probability": "DOUBLE PRECISION",
    "priority": "DOUBLE PRECISION",
    "expected_harm": "DOUBLE PRECISION",
    "clinician_minutes": "DOUBLE PRECISION",
    "draw": "DOUBLE PRECISION",
    "minutes": "DOUBLE PRECISION",
    "is_provisional": "BOOLEAN",
    "is_baseline": "BOOLEAN",
    "is_blind": "BOOLEAN",
    "is_drawn": "BOOLEAN",
    "is_double": "BOOLEAN",
    "is_sized": "BOOLEAN",
    "attempt": "INTEGER",
    "exit_code": "INTEGER",
    "is_first": "BOOLEAN",
    "alpha": "DOUBLE PRECISION",
    "delta": "DOUBLE PRECISION",
    "threshold": "DOUBLE PRECISION",
    "n_labels": "INTEGER",
    "seq": "BIGINT",
    "event_seq": "BIGINT",
    "thread_seq": "BIGINT",
    "origin_seq": "BIGINT",
    "draft_seq": "BIGINT",
    "review_seq": "BIGINT",
    "escalation_seq": "BIGINT",
    "rejudging_seq": "BIGINT",
    "slot_number": "INTEGER",
    "number_in_set": "INTEGER",
    "n_extensions": "INTEGER",
    "n_tries": "INTEGER",
    "version_number": "INTEGER",
    "guidance_number": "INTEGER",
    "criterion_number": "INTEGER",
    "is_active": "BOOLEAN",
    "is_extra": "BOOLEAN",
    "is_defensible": "BOOLEAN",
    "is_recalled": "BOOLEAN",
    "was_reviewed": "BOOLEAN",
    "may_review": "BOOLEAN",
}
"""All that is no text."""


def type_of(column: str) -> str:
    """The SQL type of a column of this name."""
    return _TYPES.get(column, "TEXT")
