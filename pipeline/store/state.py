"""Whether anything changed that a run's figures are made of: a short text that is another whenever it did."""

from pipeline.store.connection import Connection

# what is appended is told by its last row or by its number; labels can be replaced, so all of them are hashed
_STATE = """
    SELECT (SELECT coalesce(max(seq), 0) FROM event WHERE kind NOT IN ('signed_in', 'signed_out', 'claimed', 'assigned',
                'message_sent', 'thread_moved', 'guidance_published', 'guidance_read', 'reference_written',
                'scenario_reviewed')),
           (SELECT count(*) FROM anchor_reading),
           (SELECT coalesce(sum(journal_offset), 0) FROM ingest),
           (SELECT count(*) FROM run),
           (SELECT md5(string_agg(concat_ws('|', scenario_id, candidate_id, repeat_number, criterion_id, reviewer_id,
                   verdict, severity, is_blind, inclusion_probability), ';'
                   ORDER BY scenario_id, candidate_id, repeat_number, criterion_id, reviewer_id)) FROM label),
           (SELECT concat_ws('|', count(*), max(measured_at)) FROM calibration),
           (SELECT concat_ws('|', count(*), count(voided_at), max(granted_at)) FROM certificate),
           (SELECT concat_ws('|', count(*), count(lifted_at)) FROM stop),
           (SELECT concat_ws('|', count(*), max(drawn_at)) FROM sizing),
           (SELECT concat_ws('|', count(*), max(gated_at)) FROM gate)
"""


def fetch_state(connection: Connection) -> str:
    """The state of everything that figures are made of, in all runs."""
    return repr(connection.execute(_STATE).fetchone())
