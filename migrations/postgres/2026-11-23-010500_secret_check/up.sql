-- Which root secret the data was written with: a MAC of a constant under it. One row.
CREATE TABLE secret_check (
    id SMALLINT NOT NULL PRIMARY KEY,
    mac BYTEA NOT NULL
);

-- A site's tokens for programs.
CREATE INDEX tokens_api ON tokens (site_id, created_at) WHERE kind = 3;

-- Invitations to a site's desk that nobody has accepted.
CREATE INDEX invites_open ON invites (site_id, created_at, id) WHERE used_at IS NULL;
