//! The tools that `cargo xtask test` sets up. A variable names each.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex};

/// The value of a variable; `None`, with a message, if it is not set on a developer's machine. CI requires every tool.
pub(crate) fn tool(variable: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(PathBuf::from);
    assert!(
        found.is_some() || std::env::var_os("CI").is_none(),
        "CI requires {variable}; `cargo xtask test` sets it"
    );
    if found.is_none() {
        println!("skipped: {variable} is not set; `cargo xtask test` sets it");
    }
    found
}

/// How many tests can run Spark at once, regardless of the number of threads: each has two threads and a heap of
/// 1 GB, and a machine with many cores would start one for each.
const SPARKS: usize = 2;

static FREE: Mutex<usize> = Mutex::new(SPARKS);
static FREED: Condvar = Condvar::new();

/// A permit to run Spark, and its Python.
pub(crate) struct Spark {
    pub(crate) python: PathBuf,
}

/// Waits for a permit to run Spark; `None` on a developer's machine without Spark.
pub(crate) fn spark() -> Option<Spark> {
    let python = tool("STRATAFORM_SPARK_PYTHON")?;
    let free = FREE.lock().expect("no test panics while it holds the lock");
    let mut free = FREED.wait_while(free, |free| *free == 0).expect("no test panics while it holds the lock");
    *free -= 1;
    Some(Spark { python })
}

impl Drop for Spark {
    fn drop(&mut self) {
        *FREE.lock().expect("no test panics while it holds the lock") += 1;
        FREED.notify_one();
    }
}
