//! Which builds of the widget the server carries. Made by `embed-js/build.mjs`.

/// The build that `/embed.js` answers.
pub(super) const NEWEST: &str = "f05225eaa86695a2";

/// Version, name and bytes of each file.
pub(super) const FILES: [(&str, &str, &[u8]); 3] = [
    (
        "f05225eaa86695a2",
        "comments.css",
        include_bytes!("../../../embed-js/built/f05225eaa86695a2/comments.css"),
    ),
    (
        "f05225eaa86695a2",
        "counts.js",
        include_bytes!("../../../embed-js/built/f05225eaa86695a2/counts.js"),
    ),
    (
        "f05225eaa86695a2",
        "embed.js",
        include_bytes!("../../../embed-js/built/f05225eaa86695a2/embed.js"),
    ),
];
