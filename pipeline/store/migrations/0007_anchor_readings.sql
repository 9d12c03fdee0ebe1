-- Second readings of frozen anchors by those who read them first, mixed into the queue beside a run's own items. The
-- item that a reader sees has a response and a disposition of its own, in a run of the anchors' own (`anchors:` and the
-- name of the set), which is no run that anything can be asked about: so nothing of it is ever counted in a run's
-- population. All of that can be laid out anew from here.

CREATE TABLE anchor_reading (
    item_id TEXT PRIMARY KEY,
    of_item_id TEXT NOT NULL,
    of_run_id TEXT NOT NULL,
    anchor_set TEXT NOT NULL,
    number_in_set INTEGER NOT NULL CHECK (number_in_set > 0),
    person_id TEXT NOT NULL,
    with_run_id TEXT NOT NULL,
    inclusion_probability DOUBLE PRECISION NOT NULL CHECK (inclusion_probability > 0 AND inclusion_probability <= 1),
    draw DOUBLE PRECISION NOT NULL CHECK (draw >= 0 AND draw < 1),
    minutes DOUBLE PRECISION NOT NULL CHECK (minutes > 0),
    sent_at TEXT NOT NULL,
    UNIQUE (anchor_set, number_in_set)
);
