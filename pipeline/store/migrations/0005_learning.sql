-- What clinicians' labels said of a judge on a criterion: its reliability card, calibrator included. It holds for this
-- wording of the criterion and this fingerprint of the judge only; a change of either finds no row.
-- Measuring anew on other data adds a row, and the newest counts.

CREATE TABLE calibration (
    calibration_id TEXT PRIMARY KEY,
    criterion_id TEXT NOT NULL,
    criterion_sha256 TEXT NOT NULL,
    judge_id TEXT NOT NULL,
    judge_fingerprint_sha256 TEXT NOT NULL,
    run_id TEXT NOT NULL,
    data_sha256 TEXT NOT NULL,
    reviewers_json TEXT NOT NULL,
    card_json TEXT NOT NULL,
    measured_at TEXT NOT NULL
);
