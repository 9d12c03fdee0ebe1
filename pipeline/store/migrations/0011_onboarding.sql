-- What people new to the work practise on, who may review for real, and what somebody thinks of two judgements of theirs.

-- A person's answers to one practice item, once; beside each what was agreed, as it stood when they were shown it.
CREATE TABLE practice_answer (
    person_id TEXT NOT NULL,
    practice_sha256 TEXT NOT NULL,
    practice_id TEXT NOT NULL,
    answers_json TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    event_seq BIGINT NOT NULL,
    PRIMARY KEY (person_id, practice_sha256)
);

-- A lead's decision whether a person may review for real; it holds until the next one about the same person.
CREATE TABLE qualification (
    person_id TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    may_review BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    until_at TEXT,
    event_seq BIGINT NOT NULL,
    PRIMARY KEY (person_id, event_seq)
);

-- Whoever reviewed before there was such a decision goes on, and what they said counts.
INSERT INTO qualification (person_id, decided_at, may_review, reason, decided_by, until_at, event_seq)
SELECT DISTINCT person_id, '', TRUE, 'reviewed before there were practice items', '', NULL, 0 FROM judgement;

-- Judgements that count: given by somebody who might review for real when they gave it. Labels, agreement and all that
-- is measured of judges and people read these and no others.
CREATE VIEW counted AS
SELECT j.item_id, j.person_id, j.version_number, j.phase, j.is_extra, j.judged_at
FROM judgement j
JOIN qualification q ON q.person_id = j.person_id AND q.may_review AND q.decided_at <= j.judged_at
     AND (q.until_at IS NULL OR j.judged_at < q.until_at);

-- What a person says of two judgements of theirs on much the same response that differ.
CREATE TABLE reflection (
    event_seq BIGINT PRIMARY KEY,
    person_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    other_item_id TEXT NOT NULL,
    criterion_id TEXT NOT NULL,
    body TEXT NOT NULL,
    written_at TEXT NOT NULL
);
