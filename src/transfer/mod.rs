//! Reading and writing foreign formats, one a file. Decides nothing: what is read is handed to services.

pub mod people;
