//! What must hold for every pair of policies, on generated ones.

use serde_json::{Value, json};
use strataform_access::Comparison;

use crate::brute::{Context, context, newly};
use crate::generate::{Numbers, Policy, changed, statement, statements};
use crate::table::{bucket_policy, compare, policy, resource};

const PAIRS: u64 = 3_000;

fn seeds() -> impl Iterator<Item = (u64, Numbers)> {
    (1..=PAIRS).map(|seed| (seed, Numbers::new(seed)))
}

fn contexts(numbers: &mut Numbers) -> Vec<Context> {
    (0..16).map(|_| context(numbers)).collect()
}

/// Scalars as lists, lists in another order with a repeated entry, statements in another order.
fn shuffled(numbers: &mut Numbers, statements: &[Value]) -> Vec<Value> {
    let mut result = statements.to_vec();
    for statement in &mut result {
        for (name, value) in statement.as_object_mut().unwrap().iter_mut() {
            // The effect and the principal `*` are no lists.
            if name != "Effect" && !(name.ends_with("Principal") && value.is_string()) {
                reorder(numbers, value);
            }
        }
    }
    numbers.shuffle(&mut result);
    result
}

fn reorder(numbers: &mut Numbers, value: &mut Value) {
    match value {
        Value::Object(object) => object.values_mut().for_each(|inner| reorder(numbers, inner)),
        Value::Array(list) if list.len() == 1 && numbers.below(2) == 0 => *value = list.remove(0),
        Value::Array(list) => {
            list.extend(list.first().cloned());
            numbers.shuffle(list);
        }
        other if numbers.below(2) == 0 => *other = json!([other]),
        _ => {}
    }
}

#[test]
fn a_policy_compared_with_itself_is_nothing() {
    for (seed, mut numbers) in seeds() {
        let template = bucket_policy(&json!(statements(&mut numbers, Policy::Resource)));
        assert_eq!(compare(&template, &template), Comparison::default(), "{seed}: {template}");
    }
}

#[test]
fn order_and_lists_of_one_are_nothing() {
    for (seed, mut numbers) in seeds() {
        let old = statements(&mut numbers, Policy::Resource);
        let new = shuffled(&mut numbers, &old);
        let (before, after) = (bucket_policy(&json!(old)), bucket_policy(&json!(new)));
        assert_eq!(compare(&before, &after), Comparison::default(), "{seed}: {before}\n{after}");
    }
}

#[test]
fn an_action_more_is_broader_and_less_is_narrower() {
    for (seed, mut numbers) in seeds() {
        let mut old = statements(&mut numbers, Policy::Identity);
        // A statement that could have a new action, which none of the others already has.
        old.retain(|one| {
            let is_open = |key: &str| one.get(key).is_some_and(|value| value.to_string().contains("\"*\""));
            let can_gain = one.get("Action").is_some() && !is_open("Action") && !is_open("NotResource");
            one["Effect"] == "Allow" && can_gain
        });
        let Some(first) = old.first() else { continue };
        let mut new = old.clone();
        let mut actions =
            first["Action"].as_array().cloned().unwrap_or_else(|| vec![first["Action"].clone()]);
        actions.push(json!("new:Action"));
        new[0]["Action"] = Value::Array(actions);
        let (before, after) = (policy(&json!(old)), policy(&json!(new)));
        let found = compare(&before, &after);
        assert!(found.narrower.is_empty() && found.broader.len() == 1, "{seed}: {found:?}");
        assert!(found.broader[0].to_string().contains("new:Action"), "{seed}: {found:?}");
        let back = compare(&after, &before);
        assert!(back.broader.is_empty() && back.narrower.len() == 1, "{seed}: {back:?}");
    }
}

#[test]
fn an_allow_less_and_a_deny_more_are_never_broader() {
    for (seed, mut numbers) in seeds() {
        let old = statements(&mut numbers, Policy::Resource);
        let mut new = old.clone();
        let place = numbers.below(new.len());
        if new[place]["Effect"] == "Allow" {
            new.remove(place);
        }
        let mut other = statement(&mut numbers, Policy::Resource);
        other["Effect"] = json!("Deny");
        new.push(other);
        let found = compare(&bucket_policy(&json!(old)), &bucket_policy(&json!(new)));
        assert!(found.broader.is_empty(), "{seed}: {old:?}\n{new:?}\n{found:?}");
        let back = compare(&bucket_policy(&json!(new)), &bucket_policy(&json!(old)));
        assert!(back.narrower.is_empty(), "{seed}: {back:?}");
    }
}

#[test]
fn what_is_newly_allowed_is_broader() {
    let (mut found, mut reported) = (0, 0);
    for (seed, mut numbers) in seeds() {
        let old = statements(&mut numbers, Policy::Resource);
        let new = changed(&mut numbers, &old, Policy::Resource);
        let contexts = contexts(&mut numbers);
        let comparison = compare(&bucket_policy(&json!(old)), &bucket_policy(&json!(new)));
        assert!(comparison.unreadable.is_empty(), "{comparison:?}");
        reported += usize::from(!comparison.broader.is_empty());
        if let Some(request) = newly(&contexts, &new, &old) {
            found += 1;
            assert!(!comparison.broader.is_empty(), "{seed}: {request}\n{old:#?}\n{new:#?}");
        }
        if let Some(request) = newly(&contexts, &old, &new) {
            assert!(!comparison.narrower.is_empty(), "{seed}: {request}\n{old:#?}\n{new:#?}");
        }
    }
    // A generator that finds nothing would show nothing; so would a comparison that always reports.
    assert!(found > 600, "{found} of {PAIRS} pairs allow something new");
    println!("{found} of {PAIRS} pairs allow something new, {reported} are reported");
    assert!(reported < 2_400, "{reported} of {PAIRS} pairs are reported");
}

/// Where a statement of identities can stand.
fn identities(numbers: &mut Numbers, list: &[(usize, Value)]) -> Value {
    let names = ["A", "B", "C"];
    let mut template = json!({});
    for name in names {
        template[name] = resource("AWS::IAM::Role", &json!({"Policies": [], "ManagedPolicyArns": []}));
    }
    for (place, (holder, statement)) in list.iter().enumerate() {
        let document = json!({"Statement": statement});
        let (role, id) = (names[*holder], format!("P{place}"));
        let properties = json!({"PolicyDocument": document, "Roles": [format!("${{{role}}}")]});
        match numbers.below(4) {
            0 => template[role]["Properties"]["Policies"]
                .as_array_mut()
                .unwrap()
                .push(json!({"PolicyDocument": document})),
            1 => template[&id] = resource("AWS::IAM::Policy", &properties),
            2 => template[&id] = resource("AWS::IAM::ManagedPolicy", &properties),
            _ => {
                template[role]["Properties"]["ManagedPolicyArns"]
                    .as_array_mut()
                    .unwrap()
                    .push(json!(format!("${{{id}}}")));
                template[&id] = resource("AWS::IAM::ManagedPolicy", &json!({"PolicyDocument": document}));
            }
        }
    }
    template
}

#[test]
fn identities_are_compared_wherever_their_statements_stand() {
    let mut found = 0;
    for (seed, mut numbers) in seeds() {
        let old = statements(&mut numbers, Policy::Identity);
        let new = changed(&mut numbers, &old, Policy::Identity);
        let held = |numbers: &mut Numbers, list: &[Value]| -> Vec<(usize, Value)> {
            list.iter().map(|one| (numbers.below(3), one.clone())).collect()
        };
        let (old, new) = (held(&mut numbers, &old), held(&mut numbers, &new));
        let of = |list: &[(usize, Value)], holder: usize| -> Vec<Value> {
            list.iter().filter(|(one, _)| *one == holder).map(|(_, statement)| statement.clone()).collect()
        };
        let before = identities(&mut numbers, &old);
        let again = identities(&mut numbers, &old);
        assert_eq!(compare(&before, &again), Comparison::default(), "{seed}: {before}\n{again}");
        let comparison = compare(&before, &identities(&mut numbers, &new));
        let contexts = contexts(&mut numbers);
        for holder in 0..3 {
            let (old, new) = (of(&old, holder), of(&new, holder));
            if newly(&contexts, &new, &old).is_some() {
                found += 1;
                assert!(!comparison.broader.is_empty(), "{seed}: {old:#?}\n{new:#?}");
            }
        }
    }
    assert!(found > 600, "{found} identities may do something new");
}
