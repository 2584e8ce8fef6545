//! Which builds of the widget the server carries. Made by `embed-js/build.mjs`.

/// The build that `/embed.js` answers.
pub(super) const NEWEST: &str = "ef699298f16dc8f7";

/// Version, name and bytes of each file.
pub(super) const FILES: [(&str, &str, &[u8]); 4] = [
    (
        "ef699298f16dc8f7",
        "comments.css",
        include_bytes!("../../../embed-js/built/ef699298f16dc8f7/comments.css"),
    ),
    (
        "ef699298f16dc8f7",
        "counts.js",
        include_bytes!("../../../embed-js/built/ef699298f16dc8f7/counts.js"),
    ),
    (
        "ef699298f16dc8f7",
        "elsewhere.js",
        include_bytes!("../../../embed-js/built/ef699298f16dc8f7/elsewhere.js"),
    ),
    (
        "ef699298f16dc8f7",
        "embed.js",
        include_bytes!("../../../embed-js/built/ef699298f16dc8f7/embed.js"),
    ),
];
