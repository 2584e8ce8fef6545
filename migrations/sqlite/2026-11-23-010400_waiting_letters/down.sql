DROP TABLE site_letters;
DROP TABLE untold_comments;
