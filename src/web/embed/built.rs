//! Which builds of the widget the server carries. Made by `embed-js/build.mjs`.

/// The build that `/embed.js` answers.
pub(super) const NEWEST: &str = "f3acd913393c5159";

/// Version, name and bytes of each file.
pub(super) const FILES: [(&str, &str, &[u8]); 5] = [
    (
        "f3acd913393c5159",
        "comments.css",
        include_bytes!("../../../embed-js/built/f3acd913393c5159/comments.css"),
    ),
    (
        "f3acd913393c5159",
        "counts.js",
        include_bytes!("../../../embed-js/built/f3acd913393c5159/counts.js"),
    ),
    (
        "f3acd913393c5159",
        "elsewhere.js",
        include_bytes!("../../../embed-js/built/f3acd913393c5159/elsewhere.js"),
    ),
    (
        "f3acd913393c5159",
        "embed.js",
        include_bytes!("../../../embed-js/built/f3acd913393c5159/embed.js"),
    ),
    (
        "f3acd913393c5159",
        "more.js",
        include_bytes!("../../../embed-js/built/f3acd913393c5159/more.js"),
    ),
];
