-- Where a run has minutes of clinicians instead of unlimited ones, what they read is drawn at its end.

ALTER TABLE run ADD COLUMN clinician_minutes DOUBLE PRECISION;

-- Each draw, for the record; `sample` holds what the last one came to.
CREATE TABLE sizing (
    run_id TEXT NOT NULL,
    drawn_at TEXT NOT NULL,
    drawn_by TEXT NOT NULL,
    clinician_minutes DOUBLE PRECISION NOT NULL CHECK (clinician_minutes > 0),
    sizing_json TEXT NOT NULL,
    PRIMARY KEY (run_id, drawn_at)
);

CREATE TABLE sample (
    item_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    inclusion_probability DOUBLE PRECISION NOT NULL CHECK (inclusion_probability >= 0 AND inclusion_probability <= 1),
    is_drawn BOOLEAN NOT NULL,
    is_double BOOLEAN NOT NULL
);

-- Items as they stand to people: where a run is sized, lane and chance are the draw's, and without a draw nothing is
-- sent yet. Lane NULL and not cleared: unreviewed, which is a gap and no clearance.
CREATE VIEW sent AS
SELECT d.item_id, d.run_id, d.journal_offset, d.disposition, d.reasons_json, d.priority, d.is_provisional, d.routed_at,
       d.expected_harm, d.draw, r.clinician_minutes IS NOT NULL OR s.item_id IS NOT NULL AS is_sized,
       CASE WHEN s.item_id IS NULL AND r.clinician_minutes IS NULL THEN d.lane
            WHEN s.item_id IS NULL OR NOT s.is_drawn THEN NULL
            WHEN s.is_double THEN 'double'
            WHEN d.disposition = 'cleared' THEN 'audit'
            ELSE d.disposition END AS lane,
       coalesce(s.inclusion_probability, d.inclusion_probability) AS inclusion_probability
FROM disposition d
LEFT JOIN run r ON r.run_id = d.run_id
LEFT JOIN sample s ON s.item_id = d.item_id;
