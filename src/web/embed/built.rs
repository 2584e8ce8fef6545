//! Which builds of the widget the server carries. Made by `embed-js/build.mjs`.

/// The build that `/embed.js` answers.
pub(super) const NEWEST: &str = "8fc7fb347b97d863";

/// Version, name and bytes of each file.
pub(super) const FILES: [(&str, &str, &[u8]); 5] = [
    (
        "8fc7fb347b97d863",
        "comments.css",
        include_bytes!("../../../embed-js/built/8fc7fb347b97d863/comments.css"),
    ),
    (
        "8fc7fb347b97d863",
        "counts.js",
        include_bytes!("../../../embed-js/built/8fc7fb347b97d863/counts.js"),
    ),
    (
        "8fc7fb347b97d863",
        "elsewhere.js",
        include_bytes!("../../../embed-js/built/8fc7fb347b97d863/elsewhere.js"),
    ),
    (
        "8fc7fb347b97d863",
        "embed.js",
        include_bytes!("../../../embed-js/built/8fc7fb347b97d863/embed.js"),
    ),
    (
        "8fc7fb347b97d863",
        "more.js",
        include_bytes!("../../../embed-js/built/8fc7fb347b97d863/more.js"),
    ),
];
