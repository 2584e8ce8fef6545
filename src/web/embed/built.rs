//! Which builds of the widget the server carries. Made by `embed-js/build.mjs`.

/// The build that `/embed.js` answers.
pub(super) const NEWEST: &str = "0beb0e363d7587ef";

/// Version, name and bytes of each file.
pub(super) const FILES: [(&str, &str, &[u8]); 3] = [
    (
        "0beb0e363d7587ef",
        "comments.css",
        include_bytes!("../../../embed-js/built/0beb0e363d7587ef/comments.css"),
    ),
    (
        "0beb0e363d7587ef",
        "counts.js",
        include_bytes!("../../../embed-js/built/0beb0e363d7587ef/counts.js"),
    ),
    (
        "0beb0e363d7587ef",
        "embed.js",
        include_bytes!("../../../embed-js/built/0beb0e363d7587ef/embed.js"),
    ),
];
