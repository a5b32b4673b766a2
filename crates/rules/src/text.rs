//! Text with placeholders: what is known of it.

use serde_json::Value;
use strataform_template::pointer;

/// What a dynamic reference to a parameter or secret begins with.
pub(crate) const DYNAMIC: &str = "{{resolve:";

/// Whether a text has no placeholder and no dynamic reference: `${!` is literal text, as in `Fn::Sub`.
pub(crate) fn is_known(text: &str) -> bool {
    placeholders(text).next().is_none() && !text.contains(DYNAMIC)
}

/// The names of the placeholders of a text.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("${").filter_map(move |(at, _)| text.get(at + 2..));
    // No name has `$`, so that of many unclosed placeholders each is short.
    starts.filter(|rest| !rest.starts_with('!')).filter_map(|rest| rest.split(['}', '$']).next())
}

/// The text as it is deployed, where `${!` stands for `${`.
pub(crate) fn plain(text: &str) -> String {
    text.replace("${!", "${")
}

/// Whether a pattern of actions, with `*` and `?`, matches an action. The case of ASCII letters does not count, as in IAM.
pub(crate) fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), action.as_bytes());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|one| *one == b'?' || one.eq_ignore_ascii_case(&text[t])) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            (p, t) = (at + 1, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|one| *one == b'*')
}

/// Calls a function with each text in a value, and the path of the text.
pub(crate) fn each(path: &str, value: &Value, found: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => found(path, text),
        Value::Array(items) => {
            for (at, one) in items.iter().enumerate() {
                each(&format!("{path}/{at}"), one, found);
            }
        }
        Value::Object(members) => {
            for (key, one) in members {
                each(&format!("{path}/{}", pointer::escaped(key)), one, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_literal_text() {
        assert_eq!(
            placeholders("a/${x/Raw.Arn}/${!timestamp}/${AWS::Region}").collect::<Vec<_>>(),
            ["x/Raw.Arn", "AWS::Region"]
        );
        assert!(is_known("${!year}") && !is_known("${x}") && !is_known("a-{{resolve:ssm:env}}"));
        assert_eq!(plain("${!year}"), "${year}");
    }

    #[test]
    fn patterns_match_as_in_policies() {
        for (pattern, text, does) in [
            ("s3:Get*", "s3:GetObject", true),
            ("s3:Get*", "s3:PutObject", false),
            ("S3:get*", "s3:GetObject", true),
            ("*", "", true),
            ("a?c*e", "abcde", true),
            ("a?c*e", "abcd", false),
            ("*:GetObject*", "s3:GetObjectVersion", true),
        ] {
            assert_eq!(matches(pattern, text), does, "{pattern} {text}");
        }
    }
}
