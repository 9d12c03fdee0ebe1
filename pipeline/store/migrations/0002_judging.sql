-- Judges may be asked more than once: for the same question again (repeats), for a quote that was not found, or about
-- several criteria in one call. A call that does not stand with one finding has a row of its own.

CREATE TABLE judge_call (
    run_id TEXT NOT NULL,
    journal_offset BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    judge_id TEXT NOT NULL,
    rubric_id TEXT NOT NULL,
    call_json TEXT NOT NULL,
    called_at TEXT NOT NULL,
    PRIMARY KEY (run_id, journal_offset)
);

ALTER TABLE verdict ADD COLUMN repeat_number INTEGER DEFAULT 0;
ALTER TABLE verdict ADD COLUMN looked_for_json TEXT DEFAULT '[]';
ALTER TABLE judge_failure ADD COLUMN repeat_number INTEGER DEFAULT 0;
