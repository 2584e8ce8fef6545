-- Ids are UUIDv7 as sixteen bytes, times BIGINT Unix microseconds, words TEXT, small closed sets SMALLINT.
-- The SQLite migration of the same name makes the same tables and columns; a test compares them.

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('routes', 1), ('sites', 1);

CREATE TABLE sites (
    id BYTEA NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    policy TEXT NOT NULL,
    paused TEXT,
    register_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE site_origins (
    site_id BYTEA NOT NULL REFERENCES sites (id),
    origin TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, origin)
);

-- version grows with every public change; changed_at lets other processes ask what changed.
CREATE TABLE pages (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id),
    url TEXT NOT NULL,
    title TEXT,
    title_confirmed BOOLEAN NOT NULL,
    state SMALLINT NOT NULL,
    version BIGINT NOT NULL,
    comment_count BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX pages_changed ON pages (changed_at);
CREATE INDEX pages_site ON pages (site_id, created_at, id);

CREATE TABLE page_keys (
    site_id BYTEA NOT NULL REFERENCES sites (id),
    page_key TEXT NOT NULL,
    page_id BYTEA NOT NULL REFERENCES pages (id),
    PRIMARY KEY (site_id, page_key)
);
CREATE INDEX page_keys_page ON page_keys (page_id);

CREATE TABLE accounts (
    id BYTEA NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL,
    erased_at BIGINT
);

-- subject is a keyed hash; sealed is the address under encryption, for issuer 'email'.
CREATE TABLE identities (
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    issuer TEXT NOT NULL,
    subject BYTEA NOT NULL,
    sealed BYTEA,
    created_at BIGINT NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX identities_account ON identities (account_id);

-- name_key is the folded name, by which lookalikes are found.
CREATE TABLE memberships (
    id BYTEA NOT NULL PRIMARY KEY,
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    site_id BYTEA NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    standing SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (account_id, site_id)
);
CREATE INDEX memberships_site ON memberships (site_id, created_at, id);
CREATE INDEX memberships_name ON memberships (site_id, name_key);

-- site_id is sixteen zero bytes for a role on the whole server.
CREATE TABLE roles (
    account_id BYTEA NOT NULL REFERENCES accounts (id),
    site_id BYTEA NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, site_id)
);
CREATE INDEX roles_site ON roles (site_id);

-- kind: 1 embed, 2 desk session, 3 API. hash is SHA-256 of the secret.
CREATE TABLE tokens (
    id BYTEA NOT NULL PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE,
    kind SMALLINT NOT NULL,
    account_id BYTEA REFERENCES accounts (id),
    site_id BYTEA REFERENCES sites (id),
    origin TEXT,
    role TEXT,
    name TEXT,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX tokens_account ON tokens (account_id);

-- letter: 1 queued, 2 accepted by the next hop, 3 refused for this address. challenge is SHA-256 of the verifier.
CREATE TABLE sign_ins (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id),
    origin TEXT NOT NULL,
    email_hash BYTEA NOT NULL,
    email_sealed BYTEA NOT NULL,
    name TEXT,
    lang TEXT NOT NULL,
    challenge BYTEA NOT NULL,
    resends SMALLINT NOT NULL,
    tries SMALLINT NOT NULL,
    letter SMALLINT NOT NULL,
    letter_at BIGINT,
    resent_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX sign_ins_created ON sign_ins (created_at);

CREATE TABLE invites (
    id BYTEA NOT NULL PRIMARY KEY,
    secret_hash BYTEA NOT NULL UNIQUE,
    site_id BYTEA NOT NULL,
    role TEXT NOT NULL,
    email_hash BYTEA NOT NULL,
    email_sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE suppressions (
    email_hash BYTEA NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- state: 1 held, 2 published, 3 rejected, 4 spam, 5 removed, 6 withdrawn; state_detail is the rest of it as JSON.
-- live is the revision that the public sees (or saw, while held); in 3, 4 and 5 the one that was judged.
-- shown is 1 for a public comment, and 1 more for each direct reply that is shown; where it is 0, nothing is shown
-- at the comment's place, and where the comment is not public, a placeholder is.
CREATE TABLE comments (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id),
    page_id BYTEA NOT NULL REFERENCES pages (id),
    parent_id BYTEA REFERENCES comments (id),
    root_id BYTEA NOT NULL,
    depth INTEGER NOT NULL,
    kind SMALLINT NOT NULL,
    membership_id BYTEA NOT NULL REFERENCES memberships (id),
    state SMALLINT NOT NULL,
    live INTEGER,
    pending INTEGER,
    state_detail TEXT NOT NULL,
    last_revision INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    shown BIGINT NOT NULL
);
CREATE INDEX comments_roots ON comments (page_id, created_at, id) WHERE parent_id IS NULL AND shown > 0;
CREATE INDEX comments_threads ON comments (root_id, created_at, id) WHERE parent_id IS NOT NULL AND shown > 0;
CREATE INDEX comments_parents ON comments (parent_id);
CREATE INDEX comments_author ON comments (membership_id, page_id, created_at);
CREATE INDEX comments_site ON comments (site_id, created_at, id);
CREATE INDEX comments_queue ON comments (site_id, state, created_at, id);
CREATE INDEX comments_waiting ON comments (site_id, created_at, id) WHERE pending IS NOT NULL;

CREATE TABLE revisions (
    comment_id BYTEA NOT NULL REFERENCES comments (id),
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    html TEXT NOT NULL,
    pipeline INTEGER NOT NULL,
    source_url TEXT,
    fingerprint BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (comment_id, number),
    CHECK (octet_length(body) <= 65536)
);
CREATE INDEX revisions_fingerprint ON revisions (fingerprint, created_at);

CREATE TABLE persons (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id),
    outside_id TEXT,
    name TEXT NOT NULL,
    stance SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX persons_outside ON persons (site_id, outside_id) WHERE outside_id IS NOT NULL;
CREATE INDEX persons_site ON persons (site_id, name, id);

CREATE TABLE person_names (
    person_id BYTEA NOT NULL REFERENCES persons (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (person_id, position)
);

CREATE TABLE page_people (
    page_id BYTEA NOT NULL REFERENCES pages (id),
    person_id BYTEA NOT NULL REFERENCES persons (id),
    PRIMARY KEY (page_id, person_id)
);
CREATE INDEX page_people_person ON page_people (person_id);

-- strength: 1 note, 2 flag, 3 hold. spans is JSON: [{field,start,end,text}]. position keeps the screens' order.
CREATE TABLE findings (
    id BYTEA NOT NULL PRIMARY KEY,
    comment_id BYTEA NOT NULL REFERENCES comments (id),
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    rule TEXT NOT NULL,
    strength SMALLINT NOT NULL,
    message TEXT NOT NULL,
    person_id BYTEA REFERENCES persons (id),
    tier TEXT,
    spans TEXT NOT NULL
);
CREATE INDEX findings_comment ON findings (comment_id, revision, position);
CREATE INDEX findings_person ON findings (person_id);

-- number counts a comment's decisions from 1: ids of one millisecond have no order.
-- before and after are states as JSON, sealed as they stand here; actor_kind: moderator, token, author, rule.
CREATE TABLE decisions (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id),
    comment_id BYTEA NOT NULL REFERENCES comments (id),
    number INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id BYTEA,
    actor_word TEXT,
    revision INTEGER,
    state_before TEXT,
    state_after TEXT NOT NULL,
    reason TEXT,
    note_digest BYTEA,
    decided_at BIGINT NOT NULL,
    UNIQUE (comment_id, number)
);
CREATE INDEX decisions_site ON decisions (site_id, id);

CREATE TABLE decision_notes (
    decision_id BYTEA NOT NULL PRIMARY KEY REFERENCES decisions (id),
    salt BYTEA NOT NULL,
    note TEXT NOT NULL
);

CREATE TABLE seals (
    site_id BYTEA NOT NULL REFERENCES sites (id),
    sequence BIGINT NOT NULL,
    decision_id BYTEA NOT NULL UNIQUE REFERENCES decisions (id),
    seal BYTEA NOT NULL,
    PRIMARY KEY (site_id, sequence)
);

-- Decisions that wait for their seal.
CREATE TABLE unsealed (
    site_id BYTEA NOT NULL REFERENCES sites (id),
    decision_id BYTEA NOT NULL UNIQUE REFERENCES decisions (id),
    PRIMARY KEY (site_id, decision_id)
);

-- state: 1 open, 2 no action, 3 acted on.
CREATE TABLE reports (
    id BYTEA NOT NULL PRIMARY KEY,
    comment_id BYTEA NOT NULL REFERENCES comments (id),
    site_id BYTEA NOT NULL REFERENCES sites (id),
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    email_sealed BYTEA,
    receipt_hash BYTEA NOT NULL UNIQUE,
    state SMALLINT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX reports_comment ON reports (comment_id, state);
CREATE INDEX reports_site ON reports (site_id, state, created_at);

-- state: 1 waiting, 2 given up. A job that is done is deleted. claimed_until is 0 while nobody works on it.
CREATE TABLE jobs (
    id BYTEA NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state SMALLINT NOT NULL,
    attempts INTEGER NOT NULL,
    run_at BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (state, run_at);

-- scope is a hash of who asks, the route and the key; request is a hash of the body.
CREATE TABLE idempotency_keys (
    scope BYTEA NOT NULL PRIMARY KEY,
    request BYTEA NOT NULL,
    status SMALLINT NOT NULL,
    resource TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
