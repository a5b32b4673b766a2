//! JSON by `serde_json`: indented for people, compact for AWS.

use serde::Serialize;

use super::serialize::Compacted;
use crate::node::Node;
use crate::template::Template;

#[expect(clippy::expect_used, reason = "a tree with text keys and finite numbers is always JSON")]
fn indented(value: &impl Serialize) -> String {
    let mut out = serde_json::to_string_pretty(value).expect("a tree with text keys");
    out.push('\n');
    out
}

pub(super) fn pretty(template: &Template) -> String {
    indented(&Compacted(template))
}

/// A value by itself, formatted as [`pretty`] formats it within a template.
pub(super) fn pretty_node(node: &Node) -> String {
    indented(node)
}

#[expect(clippy::expect_used, reason = "a tree with text keys and finite numbers is always JSON")]
pub(super) fn compact(template: &Template) -> String {
    serde_json::to_string(template).expect("a tree with text keys")
}

#[cfg(test)]
mod tests {
    use crate::template::Template;

    #[test]
    fn a_compact_property_has_the_same_value_on_one_line() {
        let text = r#"{"Resources":{"A":{"Type":"X::Y::Z","Properties":{"Big":{"a":[1,2]},"Small":[1]}}}}"#;
        let plain = Template::from_json(text).expect("a template");
        let mut template = plain.clone();
        template.compact.insert("X::Y::Z", "Big");
        let pretty = super::pretty(&template);
        assert!(pretty.contains("\"Big\": {\"a\":[1,2]},\n"), "{pretty}");
        assert!(pretty.contains("\"Small\": [\n"), "{pretty}");
        assert_eq!(super::compact(&template), super::compact(&plain));
        assert_eq!(Template::from_json(&pretty).as_ref(), Ok(&plain));
        assert_eq!(template, plain);
    }
}
