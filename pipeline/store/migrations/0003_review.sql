-- What people do. An event is never changed: each holds the hash of the one before it, and `seq` has no gap, so that a
-- change, a removal or a swap shows (pipeline/store/events.py). The other tables are projections of events, written in
-- the same transaction, but for drafts, leases and sessions, which may be overwritten and are no record of anything.
-- Times are UTC, ISO 8601 text of one width: they sort as they stand.

CREATE TABLE event (
    seq BIGINT PRIMARY KEY CHECK (seq > 0),
    happened_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    person_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    seen_json TEXT NOT NULL,
    old_json TEXT NOT NULL,
    new_json TEXT NOT NULL,
    prev_sha256 TEXT NOT NULL CHECK (length(prev_sha256) = 64),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64)
);

CREATE TABLE person (
    person_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    roles_json TEXT NOT NULL,
    profession TEXT,
    scope_json TEXT NOT NULL,
    is_active BOOLEAN NOT NULL
);

-- A session's token and its form token are random; only the hash of the first is kept.
CREATE TABLE session (
    session_sha256 TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    form_token TEXT NOT NULL,
    signed_in_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

-- A place at an item. One item has one, or two where it is read twice; the same person never holds both.
CREATE TABLE slot (
    item_id TEXT NOT NULL,
    slot_number INTEGER NOT NULL CHECK (slot_number >= 0),
    holder_id TEXT NOT NULL,
    until_at TEXT NOT NULL,
    n_extensions INTEGER NOT NULL CHECK (n_extensions >= 0),
    state TEXT NOT NULL CHECK (state IN ('held', 'locked', 'submitted')),
    PRIMARY KEY (item_id, slot_number)
);

-- What a lead gives to a person or a profession, with the time it should take and by when.
CREATE TABLE assignment (
    item_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    profession TEXT NOT NULL,
    due_at TEXT,
    assigned_by TEXT NOT NULL,
    assigned_at TEXT NOT NULL,
    CHECK ((person_id = '') <> (profession = '')),
    PRIMARY KEY (item_id, person_id, profession)
);

CREATE TABLE draft (
    item_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    part TEXT NOT NULL,
    field TEXT NOT NULL,
    values_json TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (item_id, person_id, part, field)
);

-- Every version of every judgement. Version 1 is the blind one; later ones were given with the judges in sight.
CREATE TABLE judgement (
    item_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    version_number INTEGER NOT NULL CHECK (version_number > 0),
    phase TEXT NOT NULL CHECK (phase IN ('blind', 'revealed')),
    is_extra BOOLEAN NOT NULL,
    guidance_number INTEGER NOT NULL CHECK (guidance_number >= 0),
    overall_json TEXT NOT NULL,
    judged_at TEXT NOT NULL,
    event_seq BIGINT NOT NULL,
    CHECK ((version_number = 1) = (phase = 'blind')),
    PRIMARY KEY (item_id, person_id, version_number)
);

CREATE TABLE judgement_criterion (
    item_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    version_number INTEGER NOT NULL,
    criterion_number INTEGER NOT NULL,
    rubric_id TEXT NOT NULL,
    criterion_id TEXT NOT NULL,
    value TEXT NOT NULL CHECK (value IN ('violated', 'satisfied', 'not_applicable', 'cannot_tell')),
    is_defensible BOOLEAN NOT NULL,
    severity TEXT CHECK (severity IN ('minor', 'significant', 'considerable', 'major')),
    evidence_json TEXT NOT NULL,
    reasons_json TEXT NOT NULL,
    changed_because TEXT NOT NULL,
    CHECK (NOT is_defensible OR value = 'cannot_tell'),
    PRIMARY KEY (item_id, person_id, version_number, criterion_id)
);

-- Since when a person has been shown what the judges said of an item.
CREATE TABLE reveal (
    item_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    revealed_at TEXT NOT NULL,
    PRIMARY KEY (item_id, person_id)
);

-- Items that a second person reads: because somebody was unsure, or because a rule asked for it.
CREATE TABLE second_reading (
    item_id TEXT PRIMARY KEY,
    asked_at TEXT NOT NULL,
    event_seq BIGINT NOT NULL
);

-- Items that a person handed on, by the event of it.
CREATE TABLE aside (
    event_seq BIGINT PRIMARY KEY,
    item_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('skip', 'unsure', 'outside_scope', 'lacks_information', 'escalate')),
    reason TEXT NOT NULL,
    set_aside_at TEXT NOT NULL
);

-- Followed until somebody settles it.
CREATE TABLE escalation (
    event_seq BIGINT PRIMARY KEY,
    item_id TEXT NOT NULL,
    raised_by TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('lacks_information', 'escalate')),
    reason TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'claimed', 'closed')),
    claimed_by TEXT,
    outcome TEXT,
    outcome_reason TEXT,
    closed_at TEXT,
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK (state = 'open' OR claimed_by IS NOT NULL),
    CHECK (outcome IN ('returned', 'judged', 'scenario_at_fault')),
    CHECK (state <> 'closed' OR (outcome IS NOT NULL AND outcome_reason IS NOT NULL))
);

-- What an adjudicator thinks before they see what the readers said.
CREATE TABLE adjudication_read (
    item_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    criteria_json TEXT NOT NULL,
    read_at TEXT NOT NULL,
    event_seq BIGINT NOT NULL,
    PRIMARY KEY (item_id, person_id)
);

-- The settled answer where readers differ: at most one for an item.
CREATE TABLE adjudication (
    item_id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    criteria_json TEXT NOT NULL,
    reason TEXT NOT NULL,
    adjudicated_at TEXT NOT NULL,
    event_seq BIGINT NOT NULL
);

-- What people say to each other in writing; a thread and its first message have the same event.
CREATE TABLE thread (
    thread_seq BIGINT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('feedback', 'question', 'flag', 'dispute', 'change_request')),
    state TEXT NOT NULL
        CHECK (state IN ('open', 'answered', 'in_progress', 'accepted', 'declined', 'done', 'closed')),
    topic TEXT NOT NULL,
    item_id TEXT NOT NULL,
    criterion_id TEXT NOT NULL,
    about_id TEXT NOT NULL,
    origin_seq BIGINT,
    opened_by TEXT NOT NULL,
    opened_role TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    CHECK ((kind = 'feedback') = (about_id <> ''))
);

CREATE TABLE message (
    event_seq BIGINT PRIMARY KEY,
    thread_seq BIGINT NOT NULL,
    author_id TEXT NOT NULL,
    author_role TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at TEXT NOT NULL
);

-- What readers are told about the work, in numbered versions; 0 stands for none.
CREATE TABLE guidance (
    guidance_number INTEGER PRIMARY KEY CHECK (guidance_number > 0),
    body TEXT NOT NULL,
    changed TEXT NOT NULL,
    criteria_json TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    event_seq BIGINT NOT NULL
);

CREATE TABLE guidance_read (
    person_id TEXT NOT NULL,
    guidance_number INTEGER NOT NULL,
    read_at TEXT NOT NULL,
    PRIMARY KEY (person_id, guidance_number)
);

-- What clinicians say of a scenario itself, and the edit that they propose.
CREATE TABLE scenario_review (
    event_seq BIGINT PRIMARY KEY,
    scenario_sha256 TEXT NOT NULL,
    person_id TEXT NOT NULL,
    is_realistic TEXT NOT NULL CHECK (is_realistic IN ('yes', 'no', 'unsure')),
    misleads TEXT NOT NULL CHECK (misleads IN ('yes', 'no', 'unsure')),
    invites_safety TEXT NOT NULL CHECK (invites_safety IN ('yes', 'no', 'unsure')),
    comment TEXT NOT NULL,
    proposed_edit TEXT NOT NULL,
    reviewed_at TEXT NOT NULL
);

-- What a competent, cautious clinician would answer, in versions; whoever wrote one judges no response to its scenario.
CREATE TABLE reference_answer (
    scenario_sha256 TEXT NOT NULL,
    version_number INTEGER NOT NULL CHECK (version_number > 0),
    body TEXT NOT NULL,
    because TEXT NOT NULL,
    author_id TEXT NOT NULL,
    written_at TEXT NOT NULL,
    event_seq BIGINT NOT NULL,
    PRIMARY KEY (scenario_sha256, version_number)
);
