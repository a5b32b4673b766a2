//! What was probably meant.

/// The nearest of some names, as a sentence, where one is near.
pub(crate) fn did_you_mean<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let most = word.chars().count().div_ceil(3).min(3);
    let distances = names.map(|name| (distance(&word, &name.to_ascii_lowercase()), name));
    let (_, name) = distances.filter(|(distance, _)| *distance <= most).min()?;
    Some(format!("did you mean `{name}`?"))
}

/// How many letters must be put in, left out or changed to make one word of another.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, one) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (place, other) in right.iter().enumerate() {
            let changed = diagonal + usize::from(one != *other);
            diagonal = row[place + 1];
            row[place + 1] = changed.min(row[place] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
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
