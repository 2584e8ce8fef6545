-- A reason in a moderator's own words: free text, so it lies where it can be erased, and the decision says `own_words`.
ALTER TABLE decision_notes ADD COLUMN words TEXT;
