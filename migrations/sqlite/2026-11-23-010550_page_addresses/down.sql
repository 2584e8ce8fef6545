ALTER TABLE pages DROP COLUMN url_confirmed;
