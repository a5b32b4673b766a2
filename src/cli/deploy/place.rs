//! The place in a platform file that a resource came from.

use std::ops::Range;

use strataform::model::{Environment, Platform};

/// Where the file says what became a resource: an override of it, or the table of what it is named after.
pub(super) fn of_resource(
    platform: &Platform,
    environment: &Environment,
    text: &str,
    logical: &str,
) -> Option<Range<usize>> {
    if let Some(one) = environment.overrides.iter().find(|one| one.resource == logical) {
        return Some(one.span.clone());
    }
    let datasets = platform.datasets.iter().map(|one| ("dataset", one.name.as_str()));
    let aggregates = platform.aggregates.iter().map(|one| ("aggregate", one.name.as_str()));
    let dashboards = platform.dashboards.iter().map(|one| ("dashboard", one.name.as_str()));
    let named = datasets.chain(aggregates).chain(dashboards);
    let found = named.filter(|(_, name)| logical.contains(&camel(name))).max_by_key(|(_, name)| name.len());
    let header = found.map(|(kind, name)| format!("[{kind}.{name}]"));
    let environment = format!("[environment.{}]", environment.name);
    [header.as_deref(), Some(environment.as_str()), Some("[platform]")]
        .into_iter()
        .flatten()
        .find_map(|header| line(text, header))
}

/// The header's place, where it begins a line.
fn line(text: &str, header: &str) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(header) {
        let start = from + at;
        if start == 0 || text.as_bytes().get(start - 1) == Some(&b'\n') {
            return Some(start..start + header.len());
        }
        from = start + header.len();
    }
    None
}

/// `page_view` as logical ids have it: `PageView`.
fn camel(name: &str) -> String {
    let words = name.split(['_', '-']).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_counts_where_it_begins_a_line() {
        assert_eq!(line("# [dataset.a]\n[dataset.a]\n", "[dataset.a]"), Some(14..25));
        assert_eq!(line("x", "[dataset.a]"), None);
        assert_eq!(camel("page_view"), "PageView");
    }
}
