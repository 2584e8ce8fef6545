//! Which builds of the widget the server carries. Made by `embed-js/build.mjs`.

/// The build that `/embed.js` answers.
pub(super) const NEWEST: &str = "15083efd38093c79";

/// Version, name and bytes of each file.
pub(super) const FILES: [(&str, &str, &[u8]); 5] = [
    (
        "15083efd38093c79",
        "comments.css",
        include_bytes!("../../../embed-js/built/15083efd38093c79/comments.css"),
    ),
    (
        "15083efd38093c79",
        "counts.js",
        include_bytes!("../../../embed-js/built/15083efd38093c79/counts.js"),
    ),
    (
        "15083efd38093c79",
        "elsewhere.js",
        include_bytes!("../../../embed-js/built/15083efd38093c79/elsewhere.js"),
    ),
    (
        "15083efd38093c79",
        "embed.js",
        include_bytes!("../../../embed-js/built/15083efd38093c79/embed.js"),
    ),
    (
        "15083efd38093c79",
        "more.js",
        include_bytes!("../../../embed-js/built/15083efd38093c79/more.js"),
    ),
];
