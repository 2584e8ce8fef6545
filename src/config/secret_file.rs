//! The file that holds the root of all keys: one line of text, which only the server's user may read. Losing it means
//! that sealed addresses stay sealed and that everybody signs in again; `docs` tell to keep a copy apart from the
//! database's.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::error::ConfigError;
use crate::domain::keys::Keys;
use crate::domain::rng::Rng;

const KEY: &str = "server.secret_file";

/// 32 random bytes are this many characters of base64; a file with fewer is refused.
const LEAST: usize = 43;

/// Longer files are not secrets but mistakes.
const MOST: u64 = 4096;

/// Reads the root secret.
///
/// # Errors
/// There is no such file, it cannot be read, others than its owner may read it, or it holds no secret: fewer than 43
/// characters, white space inside, few different characters, or the words of a sample.
pub fn load(path: &Path) -> Result<Keys, ConfigError> {
    match File::open(path) {
        Ok(file) => read(path, file),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(refused(
            path,
            "does not exist",
            "start `hustings serve` once, which makes it, or put the copy back that belongs to this database",
        )),
        Err(error) => Err(refused(
            path,
            &format!("cannot be read: {error}"),
            "let the server's user read it",
        )),
    }
}

/// Reads the root secret, after making one where there is no file. Two processes that do so at once end up with the
/// same.
///
/// # Errors
/// As [`load`], or the file cannot be made.
pub fn load_or_create(path: &Path, rng: &dyn Rng) -> Result<Keys, ConfigError> {
    if !path.exists() {
        create(path, rng).map_err(|error| {
            refused(
                path,
                &format!("does not exist and cannot be made: {error}"),
                "let the server's user write to its directory, or name another place",
            )
        })?;
    }
    load(path)
}

/// Writes a new secret aside and then gives it its name, unless another process was quicker: no crash leaves half a
/// secret, and no secret is ever written over.
fn create(path: &Path, rng: &dyn Rng) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        Some(_) | None => PathBuf::from("."),
    };
    make_private_directory(&directory)?;
    let mut secret = [0u8; 32];
    rng.fill(&mut secret);
    let mut tail = [0u8; 8];
    rng.fill(&mut tail);
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    let aside = directory.join(format!(
        ".{}.{}",
        name.to_string_lossy(),
        BASE64_URL_SAFE_NO_PAD.encode(tail)
    ));
    let written = write_private(&aside, &format!("{}\n", BASE64_URL_SAFE_NO_PAD.encode(secret)));
    let named = written.and_then(|()| match fs::hard_link(&aside, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    fs::remove_file(&aside).or_else(|error| match error.kind() {
        ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    named?;
    File::open(&directory)?.sync_all()
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn make_private_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn read(path: &Path, file: File) -> Result<Keys, ConfigError> {
    let unreadable = |error: io::Error| {
        refused(
            path,
            &format!("cannot be read: {error}"),
            "let the server's user read it",
        )
    };
    let metadata = file.metadata().map_err(unreadable)?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&metadata);
        if mode & 0o077 != 0 {
            return Err(refused(
                path,
                &format!("is open to other users (mode {:03o})", mode & 0o777),
                &format!("chmod 600 {}", path.display()),
            ));
        }
    }
    if metadata.len() > MOST {
        return Err(refused(path, "is too long for a secret", "name the right file"));
    }
    let mut text = String::new();
    file.take(MOST).read_to_string(&mut text).map_err(unreadable)?;
    root(text.trim()).map_err(|problem| {
        refused(
            path,
            problem,
            "put 32 random bytes into it as base64 or hex (`openssl rand -base64 32`); where the server has never run, \
             remove it and the server makes one",
        )
    })
}

/// The root of a secret's text. Any alphabet will do, since the text is digested.
fn root(text: &str) -> Result<Keys, &'static str> {
    if text.len() < LEAST {
        return Err("is too short to be secret");
    }
    if text.chars().any(char::is_whitespace) {
        return Err("holds white space, so that it is hardly a secret");
    }
    let mut characters: Vec<char> = text.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    let lower = text.to_lowercase();
    let of_a_sample = ["change", "example", "sample", "secret", "password"];
    if characters.len() < 10 || of_a_sample.iter().any(|word| lower.contains(word)) {
        return Err("holds a sample, not a secret");
    }
    let mut digest = Sha256::new();
    digest.update(b"hustings root secret v1\0");
    digest.update(text.as_bytes());
    Ok(Keys::from_root(digest.finalize().into()))
}

fn refused(path: &Path, problem: &str, mend: &str) -> ConfigError {
    ConfigError {
        key: String::from(KEY),
        problem: format!("{} {problem}", path.display()),
        mend: mend.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::domain::rng::{SeededRng, SystemRng};

    fn same(one: &Keys, other: &Keys) -> bool {
        one.derive("x") == other.derive("x")
    }

    #[test]
    fn is_made_once_private_and_read_again() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data/secret");
        let made = load_or_create(&path, &SystemRng).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.len(), LEAST + 1);

        assert!(same(&made, &load_or_create(&path, &SystemRng).unwrap()));
        assert!(same(&made, &load(&path).unwrap()));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "litter");

        let other = place.path().join("other");
        assert!(!same(&made, &load_or_create(&other, &SystemRng).unwrap()));
    }

    #[test]
    fn processes_that_start_together_get_one_secret() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("secret");
        let all: Vec<Keys> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| load_or_create(&path, &SystemRng).unwrap()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.iter().all(|keys| same(keys, &all[0])));
    }

    #[test]
    fn is_refused_where_it_is_open_short_or_a_sample() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("secret");
        assert!(load(&path).unwrap_err().problem.contains("does not exist"));

        let good = BASE64_URL_SAFE_NO_PAD.encode({
            let mut bytes = [0; 32];
            SeededRng::new(1).fill(&mut bytes);
            bytes
        });
        for (text, problem) in [
            (String::new(), "too short"),
            (good[1..].to_owned(), "too short"),
            ("a".repeat(64), "sample"),
            (format!("change-me-{good}"), "sample"),
            (format!("this is the Secret {good}"), "white space"),
            ("x".repeat(5_000), "too long"),
        ] {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            let error = load(&path).unwrap_err();
            assert!(error.problem.contains(problem), "{error}");
            assert!(
                load_or_create(&path, &SystemRng).is_err(),
                "a bad file was replaced"
            );
        }
        fs::write(&path, format!("{good}\r\n")).unwrap();
        for (mode, fits) in [
            (0o600, true),
            (0o400, true),
            (0o640, false),
            (0o604, false),
            (0o644, false),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(load(&path).is_ok(), fits, "{mode:o}");
        }
        let error = load(&path).unwrap_err();
        assert!(error.mend.starts_with("chmod 600 "), "{error}");
    }
}
