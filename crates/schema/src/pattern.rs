//! Regular expressions in the syntax of Rust, each compiled once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use fancy_regex::Regex;

type Compiled = Option<Arc<Regex>>;

static COMPILED: OnceLock<Mutex<HashMap<String, Compiled>>> = OnceLock::new();

/// Whether a regular expression in the syntax of Rust matches somewhere in the text; `None` if it is not supported.
#[must_use]
pub fn matches(regex: &str, text: &str) -> Option<bool> {
    compiled(regex)?.is_match(text).ok()
}

fn compiled(regex: &str) -> Compiled {
    let known = COMPILED.get_or_init(Mutex::default);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(compiled) = known.get(regex) {
        return compiled.clone();
    }
    let compiled = Regex::new(regex).ok().map(Arc::new);
    known.insert(regex.to_owned(), compiled.clone());
    compiled
}
