DROP TABLE sign_in_attempts;
DROP TABLE handovers;
ALTER TABLE identities DROP COLUMN email_proven;
