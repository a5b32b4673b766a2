//! The nearest known word to an unknown one, and the list of all.

/// The longest word that is compared, in bytes: longer texts are not misspelled words, and the cost of the distance is
/// the product of both lengths.
const LONGEST: usize = 80;

/// The most known words that are compared: a file may declare a hundred thousand names, and misspell as many.
const COMPARED: usize = 1_000;

/// The most words that a list shows.
const SHOWN: usize = 24;

/// Returns the known word that `word` most likely stands for: at most a third of its letters differ.
///
/// Case is ignored, and `-` equals `_`. Of several equally near words, the first wins.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let folded = folded(word);
    let letters = folded.chars().count();
    // The distance is at least the difference of the lengths.
    let may_be_near = |candidate: &&str| {
        candidate.len() <= 2 * LONGEST && {
            let others = candidate.chars().count();
            letters.abs_diff(others) * 3 <= others.max(3)
        }
    };
    known
        .into_iter()
        .take(COMPARED)
        .filter(may_be_near)
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &self::folded(candidate)), candidate))
        .filter(|(distance, candidate)| {
            let letters = candidate.chars().count();
            *distance * 3 <= letters.max(3) && *distance < letters
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn folded(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

/// Returns the question "did you mean `x`?", if a known word is near enough.
#[must_use]
pub fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|meant| format!("did you mean `{meant}`?"))
}

/// Returns help for an unknown word: the nearest known word, or else the list of all; empty if none is known.
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    suggestion(word, known.clone()).unwrap_or_else(|| expected(known))
}

/// Returns "expected one of `a`, `b` or `c`", as [`one_of`] lists them; empty if none is given.
#[must_use]
pub fn expected<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    match one_of(words).as_str() {
        "" => String::new(),
        list => format!("expected {list}"),
    }
}

/// Returns "one of `a`, `b` or `c`", with at most 24 words: the list of alternatives in every message.
///
/// A single word stands alone; without a word the text is empty.
#[must_use]
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut all: Vec<String> = words.into_iter().map(|one| format!("`{one}`")).collect();
    let more = all.len().saturating_sub(SHOWN);
    if more > 0 {
        all.truncate(SHOWN);
        return format!("one of {} or {more} more", all.join(", "));
    }
    match all.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("one of {} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_is_recognized_and_a_different_word_is_not() {
        let known = ["volume", "owner", "event_time"];
        assert_eq!(nearest("volumne", known), Some("volume"));
        assert_eq!(nearest("onwer", known), Some("owner"));
        assert_eq!(nearest("Event-Time", known), Some("event_time"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest(&"volume".repeat(20), known), None);
        assert_eq!(suggestion("revenue", known), None);
    }

    #[test]
    fn at_most_a_third_of_the_letters_may_differ() {
        assert_eq!(nearest("abcdxx", ["abcdef"]), Some("abcdef"));
        assert_eq!(nearest("abcxxx", ["abcdef"]), None);
        assert_eq!(nearest("b", ["a"]), None, "different one-letter words have nothing in common");
        assert_eq!(nearest("idd", ["id"]), Some("id"));
    }

    #[test]
    fn a_list_ends_with_or() {
        assert_eq!(expected([]), "");
        assert_eq!(did_you_mean("colour", []), "");
        assert_eq!(expected(["a"]), "expected `a`");
        assert_eq!(did_you_mean("x", ["a", "b"]), "expected one of `a` or `b`");
        assert_eq!(expected(["a", "b", "c"]), "expected one of `a`, `b` or `c`");
    }

    #[test]
    fn a_long_list_ends_with_how_many_more() {
        let words: Vec<String> = (1..=26).map(|number| format!("w{number}")).collect();
        let text = expected(words.iter().map(String::as_str));
        assert!(text.starts_with("expected one of `w1`, `w2`, "), "{text}");
        assert!(text.ends_with("`w24` or 2 more"), "{text}");
    }
}
