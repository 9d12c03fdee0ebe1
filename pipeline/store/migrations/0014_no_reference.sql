-- DuckDB writes a REFERENCES into the referred table once more at every visit that writes, and opening the store takes
-- ever longer. That an allowance rests on its event is checked by `caveat verify` (docs/adr/0030).
CREATE TABLE identifier_allowance_after (
    text_sha256 TEXT PRIMARY KEY CHECK (length(text_sha256) = 64),
    place TEXT NOT NULL,
    holds TEXT NOT NULL CHECK (holds <> ''),
    allowed_at TEXT NOT NULL,
    allowed_by TEXT NOT NULL CHECK (allowed_by <> ''),
    allow_reason TEXT NOT NULL CHECK (allow_reason <> ''),
    event_seq BIGINT NOT NULL CHECK (event_seq > 0)
);
INSERT INTO identifier_allowance_after
SELECT text_sha256, place, holds, allowed_at, allowed_by, allow_reason, event_seq FROM identifier_allowance;
DROP TABLE identifier_allowance;
ALTER TABLE identifier_allowance_after RENAME TO identifier_allowance;
