//! What was probably meant.

/// The nearest of some names, as a sentence, where one is near.
pub(crate) fn did_you_mean<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let most = word.chars().count().div_ceil(3).min(3);
    let distances = names.map(|name| (strsim::levenshtein(&word, &name.to_ascii_lowercase()), name));
    let (_, name) = distances.filter(|(distance, _)| *distance <= most).min()?;
    Some(format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested() {
        let names = ["event_id", "occurred_at"];
        assert_eq!(did_you_mean("evnt_id", names.into_iter()).as_deref(), Some("did you mean `event_id`?"));
        assert_eq!(did_you_mean("revenue", names.into_iter()), None);
    }
}
