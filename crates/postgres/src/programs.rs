//! [`Programs`]: the location of a server's programs.

use std::path::{Path, PathBuf};

/// The environment variable that names the folder of the programs.
pub(crate) const VARIABLE: &str = "GEN_PG_BIN";

/// A folder with `initdb`, `pg_ctl` and `psql`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Finds the programs in `GEN_PG_BIN`, on the path, or in Debian's newest version; `None` if there are none.
    #[must_use]
    pub fn find() -> Option<Self> {
        if let Some(folder) = std::env::var_os(VARIABLE) {
            // The variable is binding: to fall back to another server would be a surprise.
            return Self::of(Path::new(&folder));
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).find_map(|folder| Self::of(&folder)).or_else(Self::debian)
    }

    /// Explains why the programs were not found.
    #[must_use]
    pub fn missing() -> String {
        match std::env::var_os(VARIABLE) {
            Some(folder) => format!(
                "{VARIABLE} names {}, which does not contain initdb, pg_ctl and psql",
                Path::new(&folder).display()
            ),
            None => format!("searched {VARIABLE}, PATH and /usr/lib/postgresql/*/bin"),
        }
    }

    fn of(folder: &Path) -> Option<Self> {
        let all = ["initdb", "pg_ctl", "psql"].iter().all(|name| folder.join(name).is_file());
        all.then(|| Self { folder: folder.to_owned() })
    }

    fn debian() -> Option<Self> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok);
        let mut found: Vec<(u32, Self)> = versions
            .filter_map(|entry| {
                let version = entry.file_name().to_string_lossy().parse().ok()?;
                Some((version, Self::of(&entry.path().join("bin"))?))
            })
            .collect();
        found.sort_by_key(|(version, _)| *version);
        found.pop().map(|(_, programs)| programs)
    }

    /// The folder, for programs that start a server themselves.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of a program.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}
