//! The tools that `cargo xtask test` sets up. Each is named by a variable.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex};

/// What a variable names; nothing, with a word, where it is not set on a developer's machine. CI needs every tool.
pub(crate) fn tool(variable: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(PathBuf::from);
    assert!(
        found.is_some() || std::env::var_os("CI").is_none(),
        "CI needs {variable}; `cargo xtask test` sets it"
    );
    if found.is_none() {
        println!("skipped: {variable} is not set; `cargo xtask test` sets it");
    }
    found
}

/// How many tests may run Spark at once, whatever the number of threads: each has two threads of its own and a heap of
/// a gigabyte, and a machine with many cores would start one for each.
const SPARKS: usize = 2;

static FREE: Mutex<usize> = Mutex::new(SPARKS);
static FREED: Condvar = Condvar::new();

/// The right to run Spark, and the Python that has it.
pub(crate) struct Spark {
    pub(crate) python: PathBuf,
}

/// Waits for the right to run Spark; nothing where there is none on a developer's machine.
pub(crate) fn spark() -> Option<Spark> {
    let python = tool("STRATAFORM_SPARK_PYTHON")?;
    let free = FREE.lock().expect("no test panics while it counts");
    let mut free = FREED.wait_while(free, |free| *free == 0).expect("no test panics while it counts");
    *free -= 1;
    Some(Spark { python })
}

impl Drop for Spark {
    fn drop(&mut self) {
        *FREE.lock().expect("no test panics while it counts") += 1;
        FREED.notify_one();
    }
}
