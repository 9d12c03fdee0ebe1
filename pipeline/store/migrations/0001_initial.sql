-- Times are UTC, ISO 8601 text: they sort as they stand, and read the same in DuckDB and PostgreSQL.
-- Everything but labels comes from a run's journal under deterministic keys, so it can be ingested any number of times.
--
-- What a run finds (response, verdict, judge_failure, disposition) is keyed by its place in the run's journal: the
-- offset behind its entry. The same entry can so never stand there twice, and keys come in ascending order: DuckDB
-- touches the end of its index alone, where a key over hashes would have all of it written anew by every visit, the more
-- the longer the run. (Without any key it would begin a new row group with every visit.) That each item and each question
-- has one entry is the journal's promise.

CREATE TABLE run (
    run_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    config_json TEXT NOT NULL,
    config_sha256 TEXT NOT NULL,
    is_provisional BOOLEAN NOT NULL,
    started_at TEXT NOT NULL
);

-- How far each run's journal has been ingested, in bytes: moves in the same transaction as what was ingested.
CREATE TABLE ingest (
    run_id TEXT PRIMARY KEY,
    journal_offset BIGINT NOT NULL CHECK (journal_offset >= 0)
);

CREATE TABLE scenario (
    scenario_sha256 TEXT PRIMARY KEY,
    scenario_id TEXT NOT NULL,
    title TEXT NOT NULL,
    setting TEXT NOT NULL,
    body_json TEXT NOT NULL
);

CREATE TABLE rubric (
    rubric_sha256 TEXT PRIMARY KEY,
    rubric_id TEXT NOT NULL,
    version TEXT NOT NULL,
    status TEXT NOT NULL,
    body_json TEXT NOT NULL
);

CREATE TABLE judge (
    run_id TEXT NOT NULL,
    judge_id TEXT NOT NULL,
    fingerprint_sha256 TEXT NOT NULL,
    model TEXT NOT NULL,
    is_baseline BOOLEAN NOT NULL,
    spec_json TEXT NOT NULL,
    PRIMARY KEY (run_id, judge_id)
);

CREATE TABLE response (
    item_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    journal_offset BIGINT NOT NULL,
    scenario_id TEXT NOT NULL,
    scenario_sha256 TEXT NOT NULL,
    candidate_id TEXT NOT NULL,
    candidate_sha256 TEXT NOT NULL,
    repeat_number INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    body TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    model TEXT NOT NULL,
    call_json TEXT,
    responded_at TEXT NOT NULL,
    PRIMARY KEY (run_id, journal_offset)
);

CREATE TABLE verdict (
    verdict_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    journal_offset BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    judge_id TEXT NOT NULL,
    rubric_id TEXT NOT NULL,
    criterion_id TEXT NOT NULL,
    criterion_sha256 TEXT NOT NULL,
    value TEXT NOT NULL CHECK (value IN ('violated', 'satisfied', 'not_applicable', 'cannot_tell')),
    severity TEXT NOT NULL CHECK (severity IN ('minor', 'significant', 'considerable', 'major')),
    points DOUBLE PRECISION,
    reason TEXT NOT NULL,
    evidence_json TEXT NOT NULL,
    expected TEXT NOT NULL,
    harm_json TEXT,
    call_json TEXT,
    judged_at TEXT NOT NULL,
    PRIMARY KEY (run_id, journal_offset)
);

-- A failed judge is not a verdict: it has a table of its own, so that no query can mistake it for one.
CREATE TABLE judge_failure (
    verdict_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    journal_offset BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    judge_id TEXT NOT NULL,
    rubric_id TEXT NOT NULL,
    criterion_id TEXT NOT NULL,
    criterion_sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('minor', 'significant', 'considerable', 'major')),
    points DOUBLE PRECISION,
    detail TEXT NOT NULL,
    call_json TEXT,
    judged_at TEXT NOT NULL,
    PRIMARY KEY (run_id, journal_offset)
);

CREATE TABLE disposition (
    item_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    journal_offset BIGINT NOT NULL,
    disposition TEXT NOT NULL CHECK (disposition IN ('cleared', 'flagged', 'borderline')),
    reasons_json TEXT NOT NULL,
    inclusion_probability DOUBLE PRECISION NOT NULL CHECK (inclusion_probability > 0 AND inclusion_probability <= 1),
    lane TEXT CHECK (lane IN ('flagged', 'borderline', 'audit', 'double', 'anchor', 'escalated')),
    priority DOUBLE PRECISION NOT NULL,
    is_provisional BOOLEAN NOT NULL,
    routed_at TEXT NOT NULL,
    -- whatever is not cleared goes to a person
    CHECK (disposition = 'cleared' OR lane IS NOT NULL),
    PRIMARY KEY (run_id, journal_offset)
);

CREATE TABLE label (
    scenario_id TEXT NOT NULL,
    candidate_id TEXT NOT NULL,
    repeat_number INTEGER NOT NULL,
    criterion_id TEXT NOT NULL,
    reviewer_id TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('violated', 'satisfied', 'not_applicable', 'cannot_tell')),
    severity TEXT,
    reason TEXT NOT NULL,
    is_blind BOOLEAN NOT NULL,
    labelled_at TEXT,
    inclusion_probability DOUBLE PRECISION NOT NULL CHECK (inclusion_probability > 0 AND inclusion_probability <= 1),
    PRIMARY KEY (scenario_id, candidate_id, repeat_number, criterion_id, reviewer_id)
);
