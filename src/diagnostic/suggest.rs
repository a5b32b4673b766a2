//! The nearest known word to one that is not known.

/// The known word that somebody most likely meant: at most a third of its letters differ.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Long texts are no misspelt words, and the distance costs the product of both lengths.
    if word.len() > 80 {
        return None;
    }
    let folded = word.to_lowercase().replace('-', "_");
    known
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase().replace('-', "_"));
            (distance, candidate)
        })
        .filter(|(distance, candidate)| {
            let letters = candidate.chars().count();
            *distance * 3 <= letters.max(3) && *distance < letters
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What to do about a word that is not known: the nearest one, or all of them.
#[must_use]
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(meant) = nearest(word, known.clone()) {
        return format!("did you mean `{meant}`?");
    }
    let all: Vec<String> = known.into_iter().map(|one| format!("`{one}`")).collect();
    match all.len() {
        0 => String::new(),
        1..=24 => format!("there is {}", all.join(", ")),
        _ => format!("there is {}, and {} more", all[..24].join(", "), all.len() - 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        let known = ["volume", "owner", "event_time"];
        assert_eq!(nearest("volumne", known), Some("volume"));
        assert_eq!(nearest("onwer", known), Some("owner"));
        assert_eq!(nearest("Event-Time", known), Some("event_time"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(did_you_mean("x", ["a", "b"]), "there is `a`, `b`");
        assert_eq!(did_you_mean("colour", []), "");
    }
}
