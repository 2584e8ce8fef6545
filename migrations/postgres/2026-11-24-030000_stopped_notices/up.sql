-- What a wish for no letters covers: notices only, or sign-in codes too. Who said so before this release was told that it is
-- all letters. A release before this one takes each wish for all of them: it writes too little, never too much.
ALTER TABLE suppressions ADD COLUMN codes BOOLEAN NOT NULL DEFAULT TRUE;
