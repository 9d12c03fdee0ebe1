-- What clinicians write: rubrics from draft to approved version, scenarios in versions, and what must be judged anew
-- because a text changed. All but a draft's body is written once, with its event.

-- A rubric as far as it is written: the body may not read as a rubric yet. It stays here until somebody else approves it.
CREATE TABLE rubric_draft (
    draft_seq BIGINT PRIMARY KEY,
    rubric_id TEXT NOT NULL,
    base_sha256 TEXT NOT NULL,
    origin_seq BIGINT,
    state TEXT NOT NULL CHECK (state IN ('writing', 'offered', 'approved', 'dropped')),
    body_json TEXT NOT NULL,
    because TEXT NOT NULL,
    remark TEXT NOT NULL,
    authors_json TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

-- A draft's text as it was tried on examples and on a run of the past.
CREATE TABLE rubric_trial (
    event_seq BIGINT PRIMARY KEY,
    draft_seq BIGINT NOT NULL,
    body_sha256 TEXT NOT NULL,
    run_id TEXT NOT NULL,
    trial_json TEXT NOT NULL,
    tried_at TEXT NOT NULL
);

-- Approved texts. `written_at` NULL: the file does not hold it yet, and the next start of the workspace writes it.
CREATE TABLE rubric_version (
    event_seq BIGINT PRIMARY KEY,
    rubric_id TEXT NOT NULL,
    version TEXT NOT NULL,
    rubric_sha256 TEXT NOT NULL,
    before_sha256 TEXT NOT NULL,
    body_json TEXT NOT NULL,
    because TEXT NOT NULL,
    draft_seq BIGINT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    written_at TEXT
);

CREATE TABLE scenario_version (
    event_seq BIGINT PRIMARY KEY,
    scenario_id TEXT NOT NULL,
    scenario_sha256 TEXT NOT NULL,
    before_sha256 TEXT NOT NULL,
    title TEXT NOT NULL,
    setting TEXT NOT NULL,
    body_json TEXT NOT NULL,
    because TEXT NOT NULL,
    review_seq BIGINT,
    accepted_by TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    written_at TEXT,
    CHECK (scenario_sha256 <> before_sha256)
);

-- The way back of an item whose scenario was found at fault.
CREATE TABLE reopening (
    escalation_seq BIGINT PRIMARY KEY,
    reopened_as TEXT NOT NULL CHECK (reopened_as IN ('fixed', 'rejected')),
    reason TEXT NOT NULL,
    reopened_by TEXT NOT NULL,
    reopened_at TEXT NOT NULL,
    event_seq BIGINT NOT NULL
);

-- What a new version of a rubric leaves to be judged anew, by judges and by clinicians, until somebody closes it.
CREATE TABLE rejudging (
    rejudging_seq BIGINT PRIMARY KEY,
    rubric_id TEXT NOT NULL,
    version TEXT NOT NULL,
    origin_seq BIGINT,
    made_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    closed_by TEXT,
    close_reason TEXT,
    closed_at TEXT,
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK (state = 'open' OR (closed_by IS NOT NULL AND close_reason <> ''))
);

-- One response of the past and one criterion whose text is another now.
CREATE TABLE rejudging_item (
    rejudging_seq BIGINT NOT NULL,
    item_id TEXT NOT NULL,
    criterion_id TEXT NOT NULL,
    criterion_sha256 TEXT NOT NULL,
    was_reviewed BOOLEAN NOT NULL,
    PRIMARY KEY (rejudging_seq, item_id, criterion_id)
);
