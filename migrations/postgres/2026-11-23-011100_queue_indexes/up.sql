-- The newest reports on a comment, however many there are.
CREATE INDEX reports_newest ON reports (comment_id, created_at, id);

-- Which comments of a site have open reports.
CREATE INDEX reports_open ON reports (site_id, state, comment_id);

-- Which comments name a person, and in which text.
CREATE INDEX findings_mentions ON findings (person_id, comment_id, revision);

-- What a member's comments came to.
CREATE INDEX comments_record ON comments (membership_id, state);
