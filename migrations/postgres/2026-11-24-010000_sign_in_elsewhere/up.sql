-- Whether an identity of another issuer than 'email' seals an address of which that issuer says that it is its holder's.
ALTER TABLE identities ADD COLUMN email_proven BOOLEAN NOT NULL DEFAULT FALSE;

-- A sign-in with an account elsewhere, from a click on a site's page to the token: who asked (hash of the browser's
-- cookie), for which page, and what is handed over to it. mode: 1 popup, 2 redirect, 3 the server's own page, 4 popup whose
-- opener proved to be the page. code_hash is of the code that the page gets, challenge of the verifier that it must bring with
-- it, token_id what it got for them.
CREATE TABLE handovers (
    id BYTEA NOT NULL PRIMARY KEY,
    site_id BYTEA NOT NULL REFERENCES sites (id),
    origin TEXT NOT NULL,
    page TEXT NOT NULL,
    page_name TEXT,
    lang TEXT NOT NULL,
    mode SMALLINT NOT NULL,
    request BYTEA NOT NULL,
    challenge BYTEA NOT NULL,
    browser_hash BYTEA NOT NULL,
    draft BYTEA,
    account_id BYTEA REFERENCES accounts (id),
    code_hash BYTEA UNIQUE,
    code_at BIGINT,
    token_id BYTEA,
    created_at BIGINT NOT NULL
);
CREATE INDEX handovers_created ON handovers (created_at);

-- One way to a provider and back: state_hash is of the state that comes back, sealed what must be known then.
-- posted is what came by a POST from the provider's page, sealed, till the browser asks for it with its cookie.
CREATE TABLE sign_in_attempts (
    state_hash BYTEA NOT NULL PRIMARY KEY,
    handover_id BYTEA NOT NULL REFERENCES handovers (id),
    provider TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    posted BYTEA,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX sign_in_attempts_handover ON sign_in_attempts (handover_id);
