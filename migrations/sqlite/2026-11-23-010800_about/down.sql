DROP TABLE site_abouts;
