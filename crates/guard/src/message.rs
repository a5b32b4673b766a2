//! The message of a rule, in its parts.
//!
//! In: the text between `<<` and `>>`, as AWS's registry (`Violation:`, `Fix:`), its Control Tower rules (`[FIX]:`) and others write
//! it. Out: what is wrong, and how to fix it. It refuses to interpret anything else.

/// A message: what is wrong, and the fix if the rule has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) text: String,
    pub(crate) fix: Option<String>,
}

/// Reads a message; `None` if it says nothing is wrong.
pub(crate) fn read(text: &str) -> Option<Message> {
    let (mut violation, mut fix) = (Vec::new(), Vec::new());
    let mut in_fix = false;
    for line in text.lines().map(str::trim) {
        let start = ["Fix:", "[FIX]:"].iter().find_map(|label| line.strip_prefix(label));
        in_fix |= start.is_some();
        if in_fix {
            fix.push(start.unwrap_or(line).trim());
        } else {
            violation.push(line.strip_prefix("Violation:").unwrap_or(line).trim());
        }
    }
    let text = join(&violation)?;
    Some(Message { text, fix: join(&fix) })
}

fn join(lines: &[&str]) -> Option<String> {
    let text = lines.iter().filter(|line| !line.is_empty()).copied().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{Message, read};

    fn message(text: &str, fix: Option<&str>) -> Message {
        Message { text: text.to_owned(), fix: fix.map(str::to_owned) }
    }

    #[test]
    fn a_message_is_divided_as_the_registry_and_control_tower_write_it() {
        assert_eq!(
            read("\n  Violation: the bucket is open\n  to all\n  Fix: close it\n"),
            Some(message("the bucket is open to all", Some("close it")))
        );
        assert_eq!(
            read("[CT.S3.PR.1]: Close it\n[FIX]: Set\nit."),
            Some(message("[CT.S3.PR.1]: Close it", Some("Set it.")))
        );
        assert_eq!(read(" it is open "), Some(message("it is open", None)));
        assert_eq!(read(" \n "), None);
        assert_eq!(read("Fix: close it"), None);
    }
}
