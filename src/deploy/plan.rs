//! [`Plan`]: what a deployment will do. Making it asks nobody and changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::change::{self, Effect, ResourceChange};
use super::fault::{Fault, LOSS, NAMED, REFUSED, Reason, STUCK};
use super::observe::{Observed, ObservedStack, StackState};
use super::sql::{self, Applied, SqlStep, Wanted};
use super::stack_name;
use crate::assembly::{Assembly, ManifestStack, ValueSource};

/// What happens to a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StackAction {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is as it should be.
    Keep,
    /// It is deleted: the assembly does not have it.
    Delete,
}

/// What happens to a stack, resource by resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackPlan {
    /// Its name within platform and environment.
    pub name: String,
    /// Its name in AWS.
    pub physical: String,
    /// What happens to it.
    pub action: StackAction,
    /// The stacks that must be as wanted before it.
    pub needs: Vec<String>,
    /// Its resources that change.
    pub changes: Vec<ResourceChange>,
    /// What must be done first: a leftover to be removed, an operation to be waited for.
    pub first: Option<String>,
}

/// What happens in the warehouse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlPlan {
    /// The files, in order.
    pub steps: Vec<SqlStep>,
    /// The stacks whose values they need.
    pub needs: Vec<String>,
    /// How many files are applied as they are.
    pub unchanged: usize,
    /// What stays although nothing says it any more.
    pub kept: Vec<String>,
}

/// Something that holds data and would be lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Loss {
    /// `replace` or `destroy-data`.
    pub allow: String,
    /// `storage/RawBucket`
    pub name: String,
    /// Its type, or what goes.
    pub what: String,
}

impl Loss {
    /// It is made anew, and empty.
    pub(super) fn replaced(name: String, what: &str) -> Self {
        Self { allow: "replace".to_owned(), name, what: what.to_owned() }
    }

    /// It is removed.
    pub(super) fn removed(name: String, what: &str) -> Self {
        Self { allow: "destroy-data".to_owned(), name, what: what.to_owned() }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.allow, self.name)
    }
}

/// The losses that a user allows, each as `replace=STACK/RESOURCE` or `destroy-data=STACK/RESOURCE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent(BTreeSet<String>);

impl Consent {
    /// The losses of these words.
    ///
    /// # Errors
    ///
    /// A word that names no loss.
    pub fn parse(words: &[String]) -> Result<Self, Fault> {
        for word in words {
            let named = word.split_once('=').filter(|(kind, name)| {
                ["replace", "destroy-data"].contains(kind) && name.split('/').count() == 2
            });
            if named.is_none() {
                return Err(Fault::refused(REFUSED, format!("`--allow {word}` names nothing")).help(
                    "a loss is allowed by its name: `--allow replace=storage/RawBucket`, \
                     `--allow destroy-data=ingestion/EventStream`; the plan says the names",
                ));
            }
        }
        Ok(Self(words.iter().cloned().collect()))
    }

    /// Whether a loss is allowed.
    #[must_use]
    pub fn allows(&self, loss: &Loss) -> bool {
        self.0.contains(&loss.to_string())
    }
}

/// What a deployment will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The platform.
    pub platform: String,
    /// The environment.
    pub environment: String,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// Whether nobody may remove the stacks in passing.
    pub protected: bool,
    /// The hash of the assembly.
    pub assembly: String,
    /// The stacks, in an order in which each follows those that it needs; those that are deleted last.
    pub stacks: Vec<StackPlan>,
    /// The warehouse.
    pub sql: SqlPlan,
    /// When each stack was changed last, as the plan was made.
    pub seen: BTreeMap<String, i64>,
}

impl Plan {
    /// Whether nothing is to be done. Files whose values may have changed are nothing by themselves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let kept = |stack: &StackPlan| stack.action == StackAction::Keep && stack.first.is_none();
        self.stacks.iter().all(kept) && self.sql.steps.iter().all(|step| step.work == sql::SqlWork::Values)
    }

    /// Everything that would be lost.
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        let stacks = self.stacks.iter().flat_map(|stack| {
            let lost = stack.changes.iter().filter(|one| one.loses_data);
            lost.map(move |one| loss(&stack.name, one))
        });
        stacks.chain(self.sql.steps.iter().flat_map(|step| step.losses.clone())).collect()
    }

    /// Refuses losses that are not allowed.
    ///
    /// # Errors
    ///
    /// All of them.
    pub fn allowed_by(&self, consent: &Consent) -> Result<(), Fault> {
        let missing: Vec<Loss> = self.losses().into_iter().filter(|loss| !consent.allows(loss)).collect();
        if missing.is_empty() { Ok(()) } else { Err(unallowed(&missing)) }
    }
}

/// The fault of losses that are not allowed.
pub(super) fn unallowed(missing: &[Loss]) -> Fault {
    let count = missing.len();
    let noun = if count == 1 { "thing that holds data" } else { "things that hold data" };
    let mut fault = Fault::new(
        LOSS,
        Reason::NotAllowed,
        format!("{count} {noun} would be lost, and that is not allowed"),
    );
    for loss in missing {
        let verb = if loss.allow == "replace" { "made anew, and empty" } else { "removed" };
        fault = fault.because(format!("{} ({}) would be {verb}", loss.name, loss.what));
    }
    let flags: Vec<String> = missing.iter().map(|loss| format!("--allow {loss}")).collect();
    fault.help(format!("nothing was done; if that is what you want, say so: {}", flags.join(" ")))
}

/// The loss of a resource.
pub(super) fn loss(stack: &str, change: &ResourceChange) -> Loss {
    let name = format!("{stack}/{}", change.logical);
    match change.effect {
        Effect::Replace => Loss::replaced(name, &change.kind),
        _ => Loss::removed(name, &change.kind),
    }
}

/// What is to be done so that what is there becomes what is wanted.
///
/// # Errors
///
/// Everything for which it cannot be done.
pub fn plan(wanted: &Assembly, there: &Observed) -> Result<Plan, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut stacks = Vec::new();
    let mut moved: BTreeSet<(String, String)> = BTreeSet::new();
    for stack in &wanted.manifest.stacks {
        match plan_stack(wanted, there, stack, &mut moved) {
            Ok(plan) => stacks.push(plan),
            Err(fault) => faults.push(fault),
        }
    }
    for (name, surplus) in
        there.stacks.iter().filter(|(name, _)| !wanted.manifest.stacks.iter().any(|one| one.name == **name))
    {
        stacks.push(StackPlan {
            name: name.clone(),
            physical: surplus.stack.name.clone(),
            action: StackAction::Delete,
            needs: Vec::new(),
            changes: surplus.template.as_ref().map(change::removal).unwrap_or_default(),
            first: None,
        });
    }
    faults.extend(moves(wanted, there, &stacks));
    let sql = plan_sql(wanted, there, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Plan {
        platform: wanted.manifest.platform.clone(),
        environment: wanted.manifest.environment.clone(),
        account: there.account.clone(),
        region: wanted.manifest.region.clone(),
        protected: wanted.manifest.protected,
        assembly: wanted.manifest.hash.clone(),
        stacks,
        sql,
        seen: there.stacks.iter().map(|(name, one)| (name.clone(), one.stack.changed)).collect(),
    })
}

fn plan_stack(
    wanted: &Assembly,
    there: &Observed,
    stack: &ManifestStack,
    moved: &mut BTreeSet<(String, String)>,
) -> Result<StackPlan, Fault> {
    let new = template(wanted, stack)?;
    let known = there.stacks.get(&stack.name);
    let state = known.map_or(StackState::Absent, ObservedStack::state);
    let physical = stack_name(&wanted.manifest.platform, &wanted.manifest.environment, &stack.name);
    if let StackState::Unrecoverable(status) = &state {
        return Err(Fault::refused(STUCK, format!("stack {physical} cannot be deployed: {status}")).help(format!(
            "look at its events in the console or with `aws cloudformation describe-stack-events --stack-name {physical}`, \
             mend what failed, and run the same command again"
        )));
    }
    let old = known.and_then(|one| one.template.as_ref()).filter(|_| state.can_update());
    let moving = known.filter(|_| state.can_update()).map_or_else(
        || stack.parameters.iter().map(|one| one.name.clone()).collect(),
        |one| moving(stack, there, &one.stack.parameters, moved),
    );
    let empty = Value::Object(serde_json::Map::new());
    let changes = change::changes(old.unwrap_or(&empty), &new, &moving);
    if let Some(fault) = changes.iter().find_map(|one| same_name(&stack.name, one)) {
        return Err(fault);
    }
    for output in change::moved_outputs(&new, &changes, &moving) {
        moved.insert((stack.name.clone(), output));
    }
    let same = old == Some(&new) && moving.is_empty() && changes.is_empty();
    let protection = known.is_some_and(|one| one.stack.protected) == wanted.manifest.protected;
    let action = match (state.can_update(), same && protection) {
        (false, _) => StackAction::Create,
        (true, true) => StackAction::Keep,
        (true, false) => StackAction::Update,
    };
    let mut needs: Vec<String> = Vec::new();
    for parameter in &stack.parameters {
        if let ValueSource::StackOutput { stack, .. } = &parameter.source
            && !needs.contains(stack)
        {
            needs.push(stack.clone());
        }
    }
    Ok(StackPlan { name: stack.name.clone(), physical, action, needs, changes, first: state.first() })
}

/// Resources that would move from one stack to another under the names that they have: the new one is made before the
/// old one goes, and so fails.
fn moves(wanted: &Assembly, there: &Observed, stacks: &[StackPlan]) -> Option<Fault> {
    let touched = |stack: &StackPlan, effects: &[Effect]| -> BTreeSet<String> {
        let found = stack.changes.iter().filter(|one| effects.contains(&one.effect));
        found.map(|one| one.logical.clone()).collect()
    };
    let mut gone = BTreeMap::new();
    for stack in stacks {
        let old = there.stacks.get(&stack.name).and_then(|one| one.template.as_ref());
        let Some(old) = old else { continue };
        let leaving = touched(stack, &[Effect::Delete, Effect::Release]);
        for (key, (_, name)) in change::names(old, |logical| leaving.contains(logical)) {
            gone.insert(key, (stack.name.clone(), name));
        }
    }
    let mut moved = Vec::new();
    for stack in stacks {
        let new = wanted.manifest.stacks.iter().find(|one| one.name == stack.name);
        let Some(new) = new.and_then(|one| template(wanted, one).ok()) else { continue };
        let coming = touched(stack, &[Effect::Create]);
        for (key, (logical, name)) in change::names(&new, |logical| coming.contains(logical)) {
            if let Some((from, _)) = gone.get(&key).filter(|(from, _)| *from != stack.name) {
                moved.push(format!("{logical} ({name}) from {from} to {}", stack.name));
            }
        }
    }
    let first = moved.first()?;
    let more = if moved.len() > 1 { format!(", and {} more", moved.len() - 1) } else { String::new() };
    let summary = format!(
        "{} would move to another stack under the names that they have",
        if moved.len() == 1 { "1 resource".to_owned() } else { format!("{} resources", moved.len()) }
    );
    Some(Fault::refused(NAMED, summary).because(format!("{first}{more}")).help(
        "CloudFormation makes the new one before the old one is gone: keep `divisions` as it was deployed, or take the \
         datasets out in one deployment and add them in the next",
    ))
}

/// A resource that would be made anew under its own name.
fn same_name(stack: &str, change: &ResourceChange) -> Option<Fault> {
    let name = change.keeps_name.as_ref()?;
    let logical = &change.logical;
    let summary = format!("{stack}/{logical} would be made anew under the name that it has: {name}");
    let mut fault = Fault::refused(NAMED, summary)
        .because(format!(
            "{} cannot be changed in place, and CloudFormation makes no second {} of one name",
            change.properties.join(", "),
            change.kind
        ))
        .help(format!(
            "give it another name as well, or take that change back; what was {name} is deleted then"
        ));
    fault.resource = Some((stack.to_owned(), logical.clone()));
    Some(fault)
}

fn template(wanted: &Assembly, stack: &ManifestStack) -> Result<Value, Fault> {
    let bytes = wanted.files.get(&stack.template).map(Vec::as_slice).unwrap_or_default();
    serde_json::from_slice(bytes).map_err(|error| {
        Fault::refused(REFUSED, format!("{} is no template", stack.template)).because(error.to_string())
    })
}

/// The parameters whose value becomes another one.
fn moving(
    stack: &ManifestStack,
    there: &Observed,
    values: &BTreeMap<String, String>,
    moved: &BTreeSet<(String, String)>,
) -> BTreeSet<String> {
    let is_new = |source: &ValueSource, value: Option<&String>| match source {
        ValueSource::Literal { value: new } | ValueSource::Asset { key: new, .. } => Some(new) != value,
        ValueSource::StackOutput { stack, output } => {
            let now = there.stacks.get(stack).and_then(|one| one.stack.outputs.get(output));
            moved.contains(&(stack.clone(), output.clone())) || now != value
        }
    };
    let found = stack.parameters.iter().filter(|one| is_new(&one.source, values.get(&one.name)));
    found.map(|one| one.name.clone()).collect()
}

fn plan_sql(wanted: &Assembly, there: &Observed, faults: &mut Vec<Fault>) -> SqlPlan {
    let mut plan = SqlPlan::default();
    let hashes: BTreeMap<&str, &str> =
        wanted.manifest.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
    let text_of =
        |path: &String| wanted.files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let texts: Vec<String> = wanted.manifest.sql.iter().filter_map(|file| text_of(&file.path)).collect();
    let mut views = sql::Views::of(texts.iter().map(String::as_str));
    for file in &wanted.manifest.sql {
        for placeholder in &file.placeholders {
            if !plan.needs.contains(&placeholder.stack) {
                plan.needs.push(placeholder.stack.clone());
            }
        }
        let bytes = wanted.files.get(&file.path).map(Vec::as_slice).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes);
        let checksum = hashes.get(file.path.as_str()).copied().unwrap_or_default();
        let wanted = Wanted { path: &file.path, text: &text, checksum, placeholders: &file.placeholders };
        let applied = there.applied.iter().rev().find(|one: &&Applied| one.path == file.path);
        let old = applied.and_then(|one| there.texts.get(&one.checksum)).map(String::as_str);
        match sql::step(wanted, applied, old, &there.columns, &mut views) {
            Ok(Some(step)) => {
                plan.kept.extend(step.kept.iter().cloned());
                plan.unchanged += usize::from(step.work == sql::SqlWork::Values);
                plan.steps.push(step);
            }
            Ok(None) => plan.unchanged += 1,
            Err(fault) => faults.push(fault),
        }
    }
    let gone = there.applied.iter().map(|one| &one.path).collect::<BTreeSet<_>>();
    for path in gone.into_iter().filter(|path| !wanted.manifest.sql.iter().any(|file| file.path == **path)) {
        plan.kept.push(format!("what {path} made stays in the warehouse"));
    }
    plan
}
