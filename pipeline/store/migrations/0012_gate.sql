-- What each night came to at the gate: the last night that passed is what the next is compared with. A run may be gated
-- again; its latest row counts. Rows stay.

CREATE TABLE gate (
    run_id TEXT NOT NULL,
    gated_at TEXT NOT NULL,
    exit_code INTEGER NOT NULL,
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
