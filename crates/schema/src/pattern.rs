//! Regular expressions in the syntax of Rust, each compiled once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use fancy_regex::Regex;

type Compiled = Option<Arc<Regex>>;

static COMPILED: OnceLock<Mutex<HashMap<String, Compiled>>> = OnceLock::new();

/// Whether a regular expression in the syntax of Rust matches somewhere in the text; `None` if it is not supported.
#[must_use]
pub fn matches(regex: &str, text: &str) -> Option<bool> {
    compiled(&reduced(regex, Reach::of(text)))?.is_match(text).ok()
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

/// What an expression for a text need not be able to match.
#[derive(Clone, Copy, Debug)]
struct Reach {
    /// The number of characters.
    length: usize,
    is_ascii: bool,
}

impl Reach {
    fn of(text: &str) -> Self {
        Self { length: text.chars().count(), is_ascii: text.is_ascii() }
    }
}

/// The ASCII characters of classes of Unicode, which have hundreds of ranges.
const CLASSES: [(&str, &str); 3] = [("p{L}", "a-zA-Z"), ("p{N}", "0-9"), ("p{Z}", " ")];

/// An expression that matches the same texts of a reach: without upper bounds of repetitions that such a text cannot exceed,
/// and without characters that it does not have. Compiling `{1,2048}` makes 2,048 copies of what is repeated, and compiling
/// `{1,}` one.
fn reduced(regex: &str, Reach { length, is_ascii }: Reach) -> String {
    let mut out = String::with_capacity(regex.len());
    let mut in_class = 0_usize;
    let mut rest = regex.chars();
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => {
                let classes = is_ascii.then_some(CLASSES).into_iter().flatten();
                let class = classes.into_iter().find(|(name, _)| rest.as_str().starts_with(name));
                match (class, in_class) {
                    (Some((_, letters)), 0) => out.extend(["[", letters, "]"]),
                    (Some((_, letters)), _) => out.push_str(letters),
                    (None, _) => {
                        out.push(letter);
                        out.extend(rest.next());
                    }
                }
                rest = rest.as_str()[class.map_or(0, |(name, _)| name.len())..].chars();
                continue;
            }
            '[' => in_class += 1,
            ']' => in_class = in_class.saturating_sub(1),
            _ => {}
        }
        out.push(letter);
        if letter != '{' || in_class > 0 {
            continue;
        }
        let bounds = rest.as_str().split_once('}').and_then(|(bounds, _)| bounds.split_once(','));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some((least, most)) = bounds
            && is_number(least)
            && is_number(most)
            && most.parse().is_ok_and(|most: usize| most >= length.max(SHORT))
        {
            out.push_str(least);
            out.push_str(",}");
            rest = rest.as_str()[least.len() + most.len() + 2..].chars();
        }
    }
    out
}

/// The largest bound that is cheap to compile.
const SHORT: usize = 8;

#[cfg(test)]
mod tests {
    use super::{Reach, matches, reduced};

    #[test]
    fn what_a_text_cannot_have_is_left_out() {
        for (regex, length, expected) in [
            ("^[a-z]{1,64}$", 64, "^[a-z]{1,}$"),
            ("^[a-z]{1,64}$", 65, "^[a-z]{1,64}$"),
            ("^[a-z]{1,4}$", 2, "^[a-z]{1,4}$"),
            (r"^\p{L}\{1,64}[{1,64}]{2,64}x{12}y{3,}$", 3, r"^[a-zA-Z]\{1,64}[{1,64}]{2,}x{12}y{3,}$"),
            (r"^[\p{L}\p{Z}\p{N}\p{S}_]*$", 3, r"^[a-zA-Z 0-9\p{S}_]*$"),
            ("^(?=.{1,255}$)a{0,10}é{0,10}$", 10, "^(?=.{1,}$)a{0,}é{0,}$"),
        ] {
            assert_eq!(reduced(regex, Reach { length, is_ascii: true }), expected);
        }
        let full = r"^[\p{L}\p{Z}]$";
        assert_eq!(reduced(full, Reach { length: 1, is_ascii: false }), full);
        for (text, expected) in
            [("a b", true), ("ä\u{2003}b", true), ("a\tb", false), ("a-b", false), ("ä-b", false)]
        {
            assert_eq!(matches(r"^[\p{L}\p{Z}]+$", text), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_length_is_counted_in_characters() {
        let regex = "^(?:é{1,9}|x{1,10})$";
        for (text, expected) in
            [("éé", true), ("ééééééééé", true), ("éééééééééé", false), ("xxxxxxxxxxx", false)]
        {
            assert_eq!(matches(regex, text), Some(expected), "{text}");
        }
    }
}
