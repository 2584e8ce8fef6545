-- What a finding says to moderators, as JSON: which sentence, and what fills its places. It is put into words where it is
-- shown, in the language of whoever reads. Where it is null, a version before this one wrote the sentence into `message`.
ALTER TABLE findings ADD COLUMN arguments TEXT;
