//! What other programs leave in definitions: placeholders that a tool fills in before it deploys, and references that
//! QuickSight left when it removed a data set or a parameter.
//!
//! In: a name of a definition. Out: whether it is a name at all. A placeholder is resolved by nothing here.

/// Whether a name contains a placeholder of another tool, such as `{{ data_set }}` or `${data_set}`: the name that it
/// stands for is not known.
pub(crate) fn is_placeholder(name: &str) -> bool {
    [("{{", "}}"), ("${", "}"), ("<%", "%>")]
        .iter()
        .any(|(open, close)| name.split_once(open).is_some_and(|(_, rest)| rest.contains(close)))
}

/// Whether QuickSight wrote this name in place of a data set, a column or a parameter that was removed.
pub(crate) fn is_leftover(name: &str) -> bool {
    name.starts_with("MissingDataSetId_")
        || name.starts_with("MissingColumnId_")
        || name.strip_prefix("MissingParameter").is_some_and(|id| is_hexadecimal(id, 32))
        || is_uuid(name)
}

/// Whether QuickSight wrote the ID of a column instead of its name, with or without the name: the `ColumnId` of a column
/// that the data set computes, or an internal one.
pub(crate) fn is_column_id(name: &str) -> bool {
    is_uuid(name.split('.').next().unwrap_or_default())
}

/// An internal ID, as in the place of a parameter's name.
fn is_uuid(name: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    name.split('-').count() == lengths.len()
        && name.split('-').zip(lengths).all(|(part, length)| is_hexadecimal(part, length))
}

fn is_hexadecimal(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|one| one.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_ids() {
        for name in ["0e1f2a3b-0000-4000-8000-aabbccddeeff", "0e1f2a3b-0000-4000-8000-aabbccddeeff.usage"] {
            assert!(is_column_id(name), "{name}");
        }
        for name in ["usage", "table.usage", "usage.0e1f2a3b-0000-4000-8000-aabbccddeeff", ""] {
            assert!(!is_column_id(name), "{name}");
        }
    }

    #[test]
    fn placeholders_and_leftovers_are_not_names() {
        for name in ["{{ sales }}", "x-{{sales}}", "${Sales}", "${var.sales}", "<% sales %>"] {
            assert!(is_placeholder(name), "{name}");
        }
        for name in ["sales", "{sales}", "$sales", "}}{{", "a < b"] {
            assert!(!is_placeholder(name), "{name}");
        }
        for name in [
            "MissingDataSetId_MissingDataSetId_1b",
            "MissingParametera0855dc259824c4c973db9e570f4c9ab",
            "0e1f2a3b-0000-4000-8000-aabbccddeeff",
        ] {
            assert!(is_leftover(name), "{name}");
        }
        for name in ["MissingParameter", "MissingParameters", "MissingDataSet", "0e1f2a3b-0000-4000-8000"] {
            assert!(!is_leftover(name), "{name}");
        }
    }
}
