//! Who can newly do what on what, and what can be reached: the comparison of `strataform-access`, as changes.
//!
//! In: the resources of all stacks before and after, with functions resolved. Out: a [`Change`] for each resource in which a
//! grant stands that is new. What is granted to a role or on a resource that this change creates opens nothing that was
//! closed: it is safe, unless it is for everyone or for another account.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use strataform_access::{Comparison, Grant, Patterns, Risk, compare_all};

use super::canonical::canonical;
use super::change::{Change, Layer};
use super::impact::{Impact, Verdict};
use super::resource::{Effect, Side};
use strataform_symbols::{Symbols, object, placed};

/// Resources by name, with functions resolved.
pub(super) type Resources = Vec<(String, Value)>;

/// The resources of a stack, by name; placeholders have the names of their stacks.
pub(super) fn resources(stack: &str, side: Side<'_>) -> Resources {
    let symbols = Symbols::of(side.template, side.setting);
    let named =
        |logical: &String| if stack.is_empty() { logical.clone() } else { format!("{stack}/{logical}") };
    object(side.template, "Resources")
        .map(|(logical, resource)| {
            let mut resource = canonical(resource, &symbols);
            if !stack.is_empty() {
                place(&mut resource, stack);
            }
            (named(logical), resource)
        })
        .collect()
}

fn place(value: &mut Value, stack: &str) {
    match value {
        Value::String(text) if text.contains("${") => *text = placed(text, stack),
        Value::Object(object) => object.values_mut().for_each(|inner| place(inner, stack)),
        Value::Array(items) => items.iter_mut().for_each(|inner| place(inner, stack)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The changes of what is allowed.
pub(super) fn changes(before: &Resources, after: &Resources, account: Option<&str>) -> Vec<Change> {
    let Comparison { broader, unreadable, .. } = compare_all(before, after);
    let created: BTreeSet<&String> = after
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !before.iter().any(|(was, _)| was == *name))
        .collect();
    // A new role that somebody may assume gives what it may do to those who are there.
    let open: BTreeSet<&str> =
        broader.iter().filter(|one| is_assumed(one)).map(|one| one.logical_id.as_str()).collect();
    let created: BTreeSet<&String> =
        created.into_iter().filter(|name| !open.contains(name.as_str())).collect();
    let mut verdicts: BTreeMap<String, Vec<Verdict>> = BTreeMap::new();
    for grant in &broader {
        let impact = if is_of_new(grant, &created, account) { Impact::Safe } else { Impact::BroadensAccess };
        verdicts.entry(grant.logical_id.clone()).or_default().push(verdict(grant, impact, account));
    }
    for text in unreadable {
        let place = text.split([':', ' ']).next().unwrap_or_default().to_owned();
        let reason = format!("what it allows cannot be read: {text}");
        verdicts.entry(place).or_default().push(Verdict::new(Impact::BroadensAccess, reason));
    }
    let made = verdicts.into_iter().map(|(place, verdicts)| {
        let effect = if created.contains(&place) { Effect::Create } else { Effect::Update };
        Change::new(Layer::Access, place, effect).judged(verdicts)
    });
    made.collect()
}

/// Whether a grant lets somebody else than a service of AWS assume the role in which it stands.
fn is_assumed(grant: &Grant) -> bool {
    let is_assumption = |actions: &Patterns| match actions {
        Patterns::Only(all) => all.iter().any(|one| one.to_ascii_lowercase().starts_with("sts:assumerole")),
        Patterns::AllBut(_) => true,
    };
    let is_service = |principals: &Patterns| match principals {
        Patterns::Only(all) => all.iter().all(|one| one.contains(".amazonaws.com")),
        Patterns::AllBut(_) => false,
    };
    is_assumption(&grant.actions)
        && grant.path.contains("AssumeRolePolicyDocument")
        && !is_service(&grant.principals)
}

/// Whether a grant opens nothing to those who are there: it is for a role that this change creates, or about resources
/// that it creates. A grant to everyone, to another account, of everything, or by which a principal gives itself more is
/// none of these.
fn is_of_new(grant: &Grant, created: &BTreeSet<&String>, account: Option<&str>) -> bool {
    if !grant.risks(account).is_empty() {
        return false;
    }
    if let Patterns::Only(principals) = &grant.principals
        && !principals.is_empty()
        // Nobody has a policy yet that this change creates, or a role.
        && principals.iter().all(|one| created.contains(&one.trim_start_matches("whoever has ").to_owned()))
    {
        return true;
    }
    let names = |text: &str| {
        created.iter().any(|name| {
            text.contains(&["${", name.as_str(), "."].concat())
                || text.contains(&["${", name.as_str(), "}"].concat())
        })
    };
    match &grant.resources {
        // Without resources, the grant is about the resource in which it stands.
        Patterns::Only(texts) if texts.is_empty() => created.contains(&grant.logical_id),
        Patterns::Only(texts) => texts.iter().all(|text| names(text) || created.contains(text)),
        Patterns::AllBut(_) => false,
    }
}

fn verdict(grant: &Grant, impact: Impact, account: Option<&str>) -> Verdict {
    let risks: Vec<String> = grant.risks(account).iter().map(words).collect();
    let risks = if risks.is_empty() { String::new() } else { format!(" ({})", risks.join(", ")) };
    let source = grant.escalations().first().map_or("", |one| one.source);
    Verdict::new(impact, format!("{grant}{risks}")).by(source)
}

fn words(risk: &Risk) -> String {
    match risk {
        Risk::Everyone => "everyone".to_owned(),
        Risk::Admin => "everything on everything".to_owned(),
        Risk::PublicPossible => "public access becomes possible".to_owned(),
        Risk::OtherAccount(account) => format!("another account: {account}"),
        Risk::Escalation(actions) => format!("gives itself more by {}", actions.join(", ")),
    }
}
