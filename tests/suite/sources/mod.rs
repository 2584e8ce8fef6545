//! What the sources themselves are held to: the layers, the table of codes, the sentences.

mod codes;
mod layers;
mod lexer;
mod messages;

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file under `src`, as (path from the crate's root with `/`, text).
fn sources() -> Vec<(String, String)> {
    let files = files("src", "rs");
    assert!(files.len() > 50, "the sources were not found");
    files
}

/// Every HTML and text template.
fn templates() -> Vec<(String, String)> {
    let mut templates = files("src", "html");
    templates.extend(files("src", "txt"));
    assert!(templates.len() > 3, "the templates were not found");
    templates
}

/// The files under a folder whose names end so, in order.
fn files(under: &str, extension: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut waiting = vec![root.join(under)];
    let mut files = Vec::new();
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}
