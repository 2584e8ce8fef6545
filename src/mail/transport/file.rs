//! Letters as `.eml` files, one each. A reader of the directory sees a letter whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::mail::Accepted;
use crate::mail::answer::{Fault, SendError, Step};
use crate::mail::message::Written;
use crate::mail::verdict::stopped;

/// Writes letters into a directory.
pub struct FileTransport {
    directory: PathBuf,
}

impl FileTransport {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Writes `<id>.eml`, replacing what an earlier try left. It is taken when both the file and its name would survive
    /// a power cut.
    pub(super) fn send(&self, letter: &Written) -> Result<Accepted, SendError> {
        let name = format!("{}.eml", letter.id);
        self.place(&name, &letter.bytes).map_err(|error| cannot(&error))?;
        Ok(Accepted { answer: name })
    }

    pub(super) fn try_out(&self) -> Result<(), SendError> {
        let write = || {
            self.make_directory()?;
            let path = self.directory.join(format!(".try-out-{}", std::process::id()));
            create(&path)?;
            fs::remove_file(&path)
        };
        write().map_err(|error| cannot(&error))
    }

    fn place(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.make_directory()?;
        // In the same directory, since a rename is atomic only within a file system; with a dot, so that `*.eml` does
        // not find it.
        let aside = self.directory.join(format!(".{name}.part"));
        let written = write_synced(&aside, bytes)
            .and_then(|()| fs::rename(&aside, self.directory.join(name)))
            .and_then(|()| sync_directory(&self.directory));
        if written.is_err() {
            // What is half there is of no use, and on a full disk its room is needed. The first error tells more
            // than a failure to remove it would.
            let _removed = fs::remove_file(&aside);
        }
        written
    }

    /// Letters hold codes: what we make is for the server's user alone. A directory that is there keeps its rights.
    fn make_directory(&self) -> io::Result<()> {
        let missing: Vec<&Path> = self
            .directory
            .ancestors()
            .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
            .collect();
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.directory)?;
        // A new directory's name lies in its parent, and survives a power cut with it.
        missing.iter().try_for_each(|path| match path.parent() {
            Some(parent) if parent.as_os_str().is_empty() => sync_directory(Path::new(".")),
            Some(parent) => sync_directory(parent),
            None => Ok(()),
        })
    }
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Elsewhere a directory cannot be opened as a file; the rename is as durable as the file system makes it.
#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

fn cannot(error: &io::Error) -> SendError {
    stopped(Step::File, Fault::Disk, &error.to_string())
}
