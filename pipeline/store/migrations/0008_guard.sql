-- Texts that a lead lets through the identifier gate as they are, by hash: a projection of events.
CREATE TABLE identifier_allowance (
    text_sha256 TEXT PRIMARY KEY CHECK (length(text_sha256) = 64),
    place TEXT NOT NULL,
    holds TEXT NOT NULL CHECK (holds <> ''),
    allowed_at TEXT NOT NULL,
    allowed_by TEXT NOT NULL CHECK (allowed_by <> ''),
    allow_reason TEXT NOT NULL CHECK (allow_reason <> ''),
    event_seq BIGINT NOT NULL CHECK (event_seq > 0) REFERENCES event (seq)
);

-- The chain grows at its end alone: no two events follow the same one, and no event rests on itself. A judgement's
-- version is one event's, and a person has one place at an item.
CREATE UNIQUE INDEX event_follows_one ON event (prev_sha256);
CREATE UNIQUE INDEX judgement_is_one_events ON judgement (event_seq);
CREATE UNIQUE INDEX slot_is_one_persons ON slot (item_id, holder_id);

-- A stop sends back to people what had cleared by what it stops. `since_at` says since when; all where it is NULL.
ALTER TABLE stop ADD COLUMN since_at TEXT;

CREATE TABLE recall (
    item_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    stop_id TEXT NOT NULL,
    recalled_at TEXT NOT NULL
);

-- As before; but a cleared item that was recalled waits for people for certain, before what is merely unclear. Its
-- disposition stays what it was: that it had cleared is what figures on clearing are about.
DROP VIEW sent;
CREATE VIEW sent AS
SELECT d.item_id, d.run_id, d.journal_offset, d.disposition, d.reasons_json,
       CASE WHEN k.item_id IS NULL THEN d.priority ELSE 6 END AS priority, d.is_provisional, d.routed_at,
       d.expected_harm, d.draw, r.clinician_minutes IS NOT NULL OR s.item_id IS NOT NULL AS is_sized,
       CASE WHEN k.item_id IS NOT NULL THEN
                CASE WHEN s.is_drawn AND s.is_double THEN 'double'
                     WHEN s.item_id IS NULL AND r.clinician_minutes IS NULL AND d.lane = 'double' THEN 'double'
                     ELSE 'borderline' END
            WHEN s.item_id IS NULL AND r.clinician_minutes IS NULL THEN d.lane
            WHEN s.item_id IS NULL OR NOT s.is_drawn THEN NULL
            WHEN s.is_double THEN 'double'
            WHEN d.disposition = 'cleared' THEN 'audit'
            ELSE d.disposition END AS lane,
       CASE WHEN k.item_id IS NULL THEN coalesce(s.inclusion_probability, d.inclusion_probability)
            ELSE 1 END AS inclusion_probability, k.item_id IS NOT NULL AS is_recalled
FROM disposition d
LEFT JOIN run r ON r.run_id = d.run_id
LEFT JOIN sample s ON s.item_id = d.item_id
LEFT JOIN recall k ON k.item_id = d.item_id;
