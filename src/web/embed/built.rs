//! Which builds of the widget the server carries. Made by `embed-js/build.mjs`.

/// The build that `/embed.js` answers.
pub(super) const NEWEST: &str = "717ec0e9a7c39115";

/// Version, name and bytes of each file.
pub(super) const FILES: [(&str, &str, &[u8]); 3] = [
    (
        "717ec0e9a7c39115",
        "comments.css",
        include_bytes!("../../../embed-js/built/717ec0e9a7c39115/comments.css"),
    ),
    (
        "717ec0e9a7c39115",
        "counts.js",
        include_bytes!("../../../embed-js/built/717ec0e9a7c39115/counts.js"),
    ),
    (
        "717ec0e9a7c39115",
        "embed.js",
        include_bytes!("../../../embed-js/built/717ec0e9a7c39115/embed.js"),
    ),
];
