//! From the evaluator's paths to JSON pointers.
//!
//! In: a path of the evaluator, in which the slash of a key looks like a separator, and the template. Out: the JSON pointer (RFC
//! 6901) of the nearest place that exists there. It refuses to invent a place.

use serde_json::Value;

/// The JSON pointer of the nearest existing place to a path.
pub(crate) fn pointer(template: &Value, path: &str) -> String {
    let mut best = Vec::new();
    descend(template, path, &mut Vec::new(), &mut best);
    best.iter().fold(String::new(), |mut pointer, key| {
        pointer.push('/');
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        pointer
    })
}

/// The logical ID of the resource that a pointer leads into.
pub(crate) fn resource(pointer: &str) -> Option<String> {
    let id = pointer.strip_prefix("/Resources/")?.split('/').next()?;
    Some(id.replace("~1", "/").replace("~0", "~"))
}

/// The longest pointer that both begin with.
pub(crate) fn shared(one: &str, other: &str) -> String {
    let same =
        one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).map(|(key, _)| key);
    same.collect::<Vec<_>>().join("/")
}

/// Follows a path as far as it exists; keeps the way that uses most of the path. Returns whether all of it was used.
fn descend(value: &Value, path: &str, way: &mut Vec<String>, best: &mut Vec<String>) -> bool {
    if length(way) > length(best) {
        best.clone_from(way);
    }
    let Some(path) = path.strip_prefix('/') else { return path.is_empty() };
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| follow(key, value, path, way, best)),
        Value::Array(list) => {
            let index = path.split('/').next().unwrap_or_default();
            let value = index.parse::<usize>().ok().and_then(|index| list.get(index));
            value.is_some_and(|value| follow(index, value, path, way, best))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn follow(key: &str, value: &Value, path: &str, way: &mut Vec<String>, best: &mut Vec<String>) -> bool {
    let Some(rest) = path.strip_prefix(key).filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        return false;
    };
    way.push(key.to_owned());
    let found = descend(value, rest, way, best);
    way.pop();
    found
}

/// How much of a path a way uses.
fn length(way: &[String]) -> usize {
    way.iter().map(|key| key.len() + 1).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{pointer, resource, shared};

    #[test]
    fn a_path_becomes_the_pointer_of_the_nearest_existing_place() {
        let template =
            json!({"Resources": {"A": {"Tags": [{"Key": 1}], "a/b": {"c~d": {}}, "a": {"x": {}}}}});
        for (path, expected) in [
            ("", ""),
            ("/Resources/A/Tags/0/Key", "/Resources/A/Tags/0/Key"),
            ("/Resources/A/Tags/7/Key", "/Resources/A/Tags"),
            ("/Resources/A/Missing/Key", "/Resources/A"),
            ("/Resources/A/a/b/c~d", "/Resources/A/a~1b/c~0d"),
            ("/Resources/A/a/x", "/Resources/A/a/x"),
            ("/Resources/AB", "/Resources"),
        ] {
            assert_eq!(pointer(&template, path), expected, "{path}");
        }
    }

    #[test]
    fn a_pointer_names_its_resource_and_what_it_shares_with_another() {
        assert_eq!(resource("/Resources/A~1B/Type").as_deref(), Some("A/B"));
        assert_eq!(resource("/Resources"), None);
        assert_eq!(shared("/Resources/A/Type", "/Resources/AB"), "/Resources");
        assert_eq!(shared("/Resources/A", "/Resources/A"), "/Resources/A");
        assert_eq!(shared("", "/Resources"), "");
    }
}
