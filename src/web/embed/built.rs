//! Which builds of the widget the server carries. Made by `embed-js/build.mjs`.

/// The build that `/embed.js` answers.
pub(super) const NEWEST: &str = "aa772f87c899af3f";

/// Version, name and bytes of each file.
pub(super) const FILES: [(&str, &str, &[u8]); 5] = [
    (
        "aa772f87c899af3f",
        "comments.css",
        include_bytes!("../../../embed-js/built/aa772f87c899af3f/comments.css"),
    ),
    (
        "aa772f87c899af3f",
        "counts.js",
        include_bytes!("../../../embed-js/built/aa772f87c899af3f/counts.js"),
    ),
    (
        "aa772f87c899af3f",
        "elsewhere.js",
        include_bytes!("../../../embed-js/built/aa772f87c899af3f/elsewhere.js"),
    ),
    (
        "aa772f87c899af3f",
        "embed.js",
        include_bytes!("../../../embed-js/built/aa772f87c899af3f/embed.js"),
    ),
    (
        "aa772f87c899af3f",
        "more.js",
        include_bytes!("../../../embed-js/built/aa772f87c899af3f/more.js"),
    ),
];
