-- Texts that a lead lets through the identifier gate as they are, by hash: a projection of events.
CREATE TABLE identifier_allowance (
    text_sha256 TEXT PRIMARY KEY CHECK (length(text_sha256) = 64),
    place TEXT NOT NULL,
    holds TEXT NOT NULL CHECK (holds <> ''),
    allowed_at TEXT NOT NULL,
    allowed_by TEXT NOT NULL CHECK (allowed_by <> ''),
    allow_reason TEXT NOT NULL CHECK (allow_reason <> ''),
    event_seq BIGINT NOT NULL CHECK (event_seq > 0)
);
