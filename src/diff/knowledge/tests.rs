//! The rules themselves: each has a source, names a type and a property that exist, and can apply.

use strataform_schema::facts::Shape;

use super::*;

/// Whether a type has a property at a path.
fn exists(kind: &str, path: &str) -> bool {
    let Some(facts) = strataform_schema::resource(kind) else { return false };
    let mut shape: &Shape = &facts.shape;
    for part in path.split('/').filter(|part| !part.is_empty()) {
        shape = facts.referred(shape).unwrap_or(shape);
        let Some(inner) = shape.properties.get(part).or(shape.additional.as_deref()) else {
            // Parameters of a table are any JSON.
            return path.starts_with("TableInput/Parameters/");
        };
        shape = inner;
    }
    true
}

#[test]
fn every_rule_names_what_exists_and_has_a_source() {
    let mut count = 0;
    for rule in rules() {
        assert!(exists(rule.kind, rule.path), "{} {}", rule.kind, rule.path);
        match rule.when {
            When::EndsWith(path, unless) => {
                assert!(
                    exists(rule.kind, path) && exists(rule.kind, unless),
                    "{} {path} {unless}",
                    rule.kind
                );
            }
            When::With(path) => assert!(exists(rule.kind, path), "{} {path}", rule.kind),
            When::Changes
            | When::Falls(_)
            | When::MoreThanDoubles(_)
            | When::Disappears
            | When::Appears
            | When::Leaves(_)
            | When::Becomes(_)
            | When::Unless(..)
            | When::Replaced => {}
        }
        assert!(rule.source.starts_with("https://"), "{rule:?}");
        assert!(!rule.reason.is_empty() && !rule.reason.ends_with('.'), "{rule:?}");
        count += 1;
    }
    assert!(count > 25, "{count}");
}

#[test]
fn an_unset_number_has_its_default_and_an_unknown_one_counts_as_the_worst() {
    let falls = When::Falls(Unset::Is(24.0));
    let number = |hours: u32| Some(Value::from(hours));
    assert!(falls.holds(number(48).as_ref(), None), "24 is the default");
    assert!(!falls.holds(None, number(48).as_ref()));
    assert!(!falls.holds(number(24).as_ref(), None));
    assert!(falls.holds(number(24).as_ref(), Some(&serde_json::json!({"Ref": "Hours"}))));
    assert!(When::Falls(Unset::Unlimited).holds(None, number(7).as_ref()), "for ever, before");
    assert!(When::MoreThanDoubles(Unset::Is(1.0)).holds(number(2).as_ref(), number(5).as_ref()));
    assert!(!When::MoreThanDoubles(Unset::Is(1.0)).holds(number(2).as_ref(), number(4).as_ref()));
    assert!(When::Unless("dedicated", "default").holds(Some(&"default".into()), Some(&"dedicated".into())));
    assert!(!When::Unless("dedicated", "default").holds(Some(&"dedicated".into()), Some(&"default".into())));
}
