-- Who may sign in and how they are recognised; sessions that know how they began; codes that were sent by e-mail; and
-- what the digest last said, so that it is silent while nothing changes.

ALTER TABLE person ADD COLUMN email TEXT DEFAULT '';
ALTER TABLE person ADD COLUMN subject TEXT DEFAULT '';

-- Sessions are no record of anything: whoever is signed in signs in once more.
DROP TABLE session;
CREATE TABLE session (
    session_sha256 TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    form_token TEXT NOT NULL,
    way TEXT NOT NULL,
    signed_in_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

-- The one code that a browser has asked for. An address that nobody has leaves a row too, which no code opens.
CREATE TABLE sign_in_code (
    browser_sha256 TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    code_sha256 TEXT NOT NULL,
    n_tries INTEGER NOT NULL CHECK (n_tries >= 0),
    expires_at TEXT NOT NULL
);

CREATE TABLE digest_sent (
    channel TEXT PRIMARY KEY,
    facts_sha256 TEXT NOT NULL,
    sent_at TEXT NOT NULL
);

CREATE TABLE digest_refused (
    person_id TEXT PRIMARY KEY,
    since_at TEXT NOT NULL
);
