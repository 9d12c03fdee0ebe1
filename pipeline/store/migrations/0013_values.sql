-- Sets of values that the code alone kept so far are kept by the database as well. DuckDB can add no CHECK to a table
-- that is there, so each table is made anew and takes its rows over, in their order. What PostgreSQL looks rows up by is
-- made again behind every migration (pipeline/store/postgres_indexes.py).

ALTER TABLE response RENAME TO response_before;
CREATE TABLE response (
    item_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    journal_offset BIGINT NOT NULL,
    scenario_id TEXT NOT NULL,
    scenario_sha256 TEXT NOT NULL,
    candidate_id TEXT NOT NULL,
    candidate_sha256 TEXT NOT NULL,
    repeat_number INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('completed', 'refused', 'filtered', 'truncated', 'empty', 'too_long',
                                             'identifiable', 'call_failed')),
    detail TEXT NOT NULL,
    body TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    model TEXT NOT NULL,
    call_json TEXT,
    responded_at TEXT NOT NULL,
    PRIMARY KEY (run_id, journal_offset)
);
INSERT INTO response
SELECT item_id, run_id, journal_offset, scenario_id, scenario_sha256, candidate_id, candidate_sha256, repeat_number,
       outcome, detail, body, body_sha256, model, call_json, responded_at
FROM response_before;
DROP TABLE response_before;

ALTER TABLE judge_failure RENAME TO judge_failure_before;
CREATE TABLE judge_failure (
    verdict_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    journal_offset BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    judge_id TEXT NOT NULL,
    rubric_id TEXT NOT NULL,
    criterion_id TEXT NOT NULL,
    criterion_sha256 TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('call_failed', 'refused', 'filtered', 'truncated', 'malformed',
                                       'quote_not_found', 'budget_stop')),
    severity TEXT NOT NULL CHECK (severity IN ('minor', 'significant', 'considerable', 'major')),
    points DOUBLE PRECISION,
    detail TEXT NOT NULL,
    call_json TEXT,
    judged_at TEXT NOT NULL,
    repeat_number INTEGER DEFAULT 0,
    PRIMARY KEY (run_id, journal_offset)
);
INSERT INTO judge_failure
SELECT verdict_id, run_id, journal_offset, item_id, judge_id, rubric_id, criterion_id, criterion_sha256, kind, severity,
       points, detail, call_json, judged_at, repeat_number
FROM judge_failure_before;
DROP TABLE judge_failure_before;

ALTER TABLE label RENAME TO label_before;
CREATE TABLE label (
    scenario_id TEXT NOT NULL,
    candidate_id TEXT NOT NULL,
    repeat_number INTEGER NOT NULL,
    criterion_id TEXT NOT NULL,
    reviewer_id TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('violated', 'satisfied', 'not_applicable', 'cannot_tell')),
    severity TEXT CHECK (severity IN ('minor', 'significant', 'considerable', 'major')),
    reason TEXT NOT NULL,
    is_blind BOOLEAN NOT NULL,
    labelled_at TEXT,
    inclusion_probability DOUBLE PRECISION NOT NULL CHECK (inclusion_probability > 0 AND inclusion_probability <= 1),
    PRIMARY KEY (scenario_id, candidate_id, repeat_number, criterion_id, reviewer_id)
);
INSERT INTO label
SELECT scenario_id, candidate_id, repeat_number, criterion_id, reviewer_id, verdict, severity, reason, is_blind,
       labelled_at, inclusion_probability
FROM label_before;
DROP TABLE label_before;

ALTER TABLE gate RENAME TO gate_before;
CREATE TABLE gate (
    run_id TEXT NOT NULL,
    gated_at TEXT NOT NULL,
    exit_code INTEGER NOT NULL CHECK (exit_code IN (0, 1, 3, 4, 5)),
    is_first BOOLEAN NOT NULL,
    first_by TEXT NOT NULL,
    first_reason TEXT NOT NULL,
    baseline_run_id TEXT,
    panel_sha256 TEXT NOT NULL,
    gate_json TEXT NOT NULL,
    -- to begin anew is somebody's decision
    CHECK (NOT is_first OR (first_by <> '' AND first_reason <> '')),
    PRIMARY KEY (run_id, gated_at)
);
INSERT INTO gate
SELECT run_id, gated_at, exit_code, is_first, first_by, first_reason, baseline_run_id, panel_sha256, gate_json
FROM gate_before;
DROP TABLE gate_before;
