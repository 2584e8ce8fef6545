//! The edges of HTTP, on routes of any kind: what every answer carries, what is refused before a service is called, and
//! what the log says of it.

mod bodies;
mod full_disk;
mod headers;
mod limits;
mod logs;
mod metrics;
mod origins;
mod process;
mod routes;
