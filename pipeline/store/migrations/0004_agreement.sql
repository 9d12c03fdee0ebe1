-- What was ruled on each criterion, and what stops it. A ruling is written once; it can only be voided, by somebody and
-- for a reason, and never comes back: another ruling is another row. Refusals are kept too: they count as attempts.

CREATE TABLE certificate (
    certificate_id TEXT PRIMARY KEY,
    rubric_id TEXT NOT NULL,
    criterion_id TEXT NOT NULL,
    criterion_sha256 TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('minor', 'significant', 'considerable', 'major')),
    panel_sha256 TEXT NOT NULL,
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    alpha DOUBLE PRECISION NOT NULL CHECK (alpha > 0 AND alpha < 1),
    delta DOUBLE PRECISION NOT NULL CHECK (delta > 0 AND delta < 1),
    outcome TEXT NOT NULL CHECK (outcome IN ('auto_clear', 'pre_screen_only', 'not_trusted')),
    threshold DOUBLE PRECISION,
    reason TEXT NOT NULL,
    remedy TEXT NOT NULL,
    ruling_json TEXT NOT NULL,
    data_sha256 TEXT NOT NULL,
    n_labels INTEGER NOT NULL,
    granted_at TEXT NOT NULL,
    granted_by TEXT NOT NULL CHECK (granted_by <> ''),
    grant_reason TEXT NOT NULL CHECK (grant_reason <> ''),
    expires_at TEXT NOT NULL,
    voided_at TEXT,
    voided_by TEXT,
    void_reason TEXT,
    -- whatever does not clear has no threshold
    CHECK ((outcome = 'auto_clear') = (threshold IS NOT NULL)),
    CHECK ((voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL))
);

-- Responses with one person's label, frozen: judged again by ordinary runs, read again by the same person. The run at
-- which they were frozen is their first night.
CREATE TABLE anchor (
    anchor_set TEXT NOT NULL,
    scenario_id TEXT NOT NULL,
    candidate_id TEXT NOT NULL,
    repeat_number INTEGER NOT NULL,
    criterion_id TEXT NOT NULL,
    reviewer_id TEXT NOT NULL,
    rubric_id TEXT NOT NULL,
    criterion_sha256 TEXT NOT NULL,
    scenario_sha256 TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('violated', 'satisfied', 'not_applicable', 'cannot_tell')),
    run_id TEXT NOT NULL,
    panel_sha256 TEXT NOT NULL,
    frozen_at TEXT NOT NULL,
    frozen_by TEXT NOT NULL CHECK (frozen_by <> ''),
    freeze_reason TEXT NOT NULL CHECK (freeze_reason <> ''),
    PRIMARY KEY (anchor_set, scenario_id, candidate_id, repeat_number, criterion_id, reviewer_id)
);

-- The stop button: while a row is not lifted, nothing clears on what it names.
CREATE TABLE stop (
    stop_id TEXT PRIMARY KEY,
    scope TEXT NOT NULL CHECK (scope IN ('everything', 'judge', 'rubric', 'run')),
    stopped TEXT NOT NULL,
    stopped_at TEXT NOT NULL,
    stopped_by TEXT NOT NULL CHECK (stopped_by <> ''),
    stop_reason TEXT NOT NULL CHECK (stop_reason <> ''),
    lifted_at TEXT,
    lifted_by TEXT,
    lift_reason TEXT,
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason IS NULL))
);
