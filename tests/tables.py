"""Tables of the store."""

OF_RUNS = (
    "run",
    "ingest",
    "scenario",
    "rubric",
    "judge",
    "response",
    "judge_call",
    "verdict",
    "judge_failure",
    "disposition",
)
"""What runs wrote: all of it comes back from their journals."""
