//! Which builds of the widget the server carries. Made by `embed-js/build.mjs`.

/// The build that `/embed.js` answers.
pub(super) const NEWEST: &str = "c3bdd1cc32ef8965";

/// Version, name and bytes of each file.
pub(super) const FILES: [(&str, &str, &[u8]); 4] = [
    (
        "c3bdd1cc32ef8965",
        "comments.css",
        include_bytes!("../../../embed-js/built/c3bdd1cc32ef8965/comments.css"),
    ),
    (
        "c3bdd1cc32ef8965",
        "counts.js",
        include_bytes!("../../../embed-js/built/c3bdd1cc32ef8965/counts.js"),
    ),
    (
        "c3bdd1cc32ef8965",
        "embed.js",
        include_bytes!("../../../embed-js/built/c3bdd1cc32ef8965/embed.js"),
    ),
    (
        "c3bdd1cc32ef8965",
        "report.js",
        include_bytes!("../../../embed-js/built/c3bdd1cc32ef8965/report.js"),
    ),
];
