//! A file system so small that a test can fill it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A small file system in memory, unmounted with this value. Tests that use one have `small_disk` in their names, by
/// which `tests/run` leaves them out, and says so, where nothing may be mounted.
pub struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// Of so many MiB. Fails where this user may not mount one: a test that passed without its disk would show nothing.
    pub fn mount(mebibytes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o"])
            .arg(format!("size={mebibytes}m,mode=0700"))
            .arg("tmpfs")
            .arg(folder.path())
            .output()
            .unwrap_or_else(|error| panic!("this test needs mount: {error}"));
        assert!(
            output.status.success(),
            "this test mounts a small file system, for which it must be run as root: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self(folder)
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes up so many MiB with a file, to be deleted for making room. Gives its path.
    pub fn ballast(&self, mebibytes: usize) -> PathBuf {
        let path = self.path().join("ballast");
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(&vec![0; mebibytes << 20]).unwrap();
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A process that was killed may still be letting go of its files.
        let _gone_when_they_are = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}
