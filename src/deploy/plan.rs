//! [`Plan`]: what a deployment will do. Planning sends no request and changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fault::{Fault, LOSS, NAMED, REFUSED, Reason, STUCK};
use super::files::{Repair, plan_files};
use super::observe::{Observed, ObservedStack, StackState};
use super::stack_name;
use super::step::{SqlPlan, StackAction, StackDeletion, StackPlan, Step, Task, in_order};
use crate::assembly::{Assembly, Manifest, ManifestStack, ValueSource};
use crate::diff::{self, Effect, ResourceChange, Setting, Side};
use crate::migration::records::Contract;
use crate::migration::{Allow, Loss};

/// The ID of the warehouse step; other steps have the names of stacks.
const SQL: &str = "sql";

/// What a user allows, each as `replace=STACK/RESOURCE`, `destroy-data=STACK/RESOURCE`, `destroy-data=SCHEMA.TABLE.COLUMN` or
/// `rewrite=SCHEMA.TABLE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent(BTreeSet<String>);

impl Consent {
    /// Parses the values of `--allow`.
    ///
    /// # Errors
    ///
    /// A value does not name a loss.
    pub fn parse(words: &[String]) -> Result<Self, Fault> {
        for word in words {
            let named = word.split_once('=').filter(|(kind, name)| {
                let is_relation = (2..=3).contains(&name.split('.').count()) && !name.contains('/');
                Allow::ALL.into_iter().any(|one| {
                    one.word() == *kind
                        && match one {
                            Allow::Replace => name.split('/').count() == 2,
                            Allow::DestroyData => name.split('/').count() == 2 || is_relation,
                            Allow::Rewrite => is_relation,
                        }
                })
            });
            if named.is_none() {
                return Err(Fault::refused(REFUSED, format!("invalid loss `{word}` in --allow")).help(
                    "allow a loss by its name, such as `--allow replace=storage/RawBucket`, \
                     `--allow destroy-data=ingestion/EventStream` or `--allow rewrite=core.event`; the plan shows the names",
                ));
            }
        }
        Ok(Self(words.iter().cloned().collect()))
    }

    /// What is to be dropped or rewritten in the warehouse, although nothing requires it.
    pub(super) fn contract(&self) -> Contract {
        let named = |allow: Allow| -> BTreeSet<String> {
            let words = self.0.iter().filter_map(|word| word.split_once('='));
            words.filter(|(kind, _)| *kind == allow.word()).map(|(_, name)| name.to_owned()).collect()
        };
        Contract { rewrites: named(Allow::Rewrite), drops: named(Allow::DestroyData) }
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
    /// Whether the stacks have termination protection.
    pub protected: bool,
    /// The hash of the assembly.
    pub assembly: String,
    /// The steps, each after those that it requires.
    pub steps: Vec<Step>,
    /// When each stack was last changed, in milliseconds since 1970, at the time of planning.
    pub seen: BTreeMap<String, i64>,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| step.task.is_empty())
    }

    /// Whether no resource and no SQL file changes. A template can differ in what no resource has, its description, which
    /// `CloudFormation` does not update.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        self.steps.iter().all(|step| match &step.task {
            Task::Stack(plan) => plan.is_empty() || plan.changes_no_resource(),
            Task::Sql(_) | Task::DeleteStack(_) => step.task.is_empty(),
        })
    }

    /// Everything that would be lost.
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        self.steps.iter().flat_map(|step| step.task.losses()).collect()
    }

    /// Refuses losses that are not allowed.
    ///
    /// # Errors
    ///
    /// One fault that names all of them.
    pub fn allowed_by(&self, consent: &Consent) -> Result<(), Fault> {
        let missing: Vec<Loss> = self.losses().into_iter().filter(|loss| !consent.allows(loss)).collect();
        if missing.is_empty() { Ok(()) } else { Err(unallowed(&missing)) }
    }
}

/// The fault for losses that are not allowed.
pub(super) fn unallowed(missing: &[Loss]) -> Fault {
    let is_rewrite = |loss: &&Loss| loss.allow == Allow::Rewrite;
    let rewrites = missing.iter().filter(is_rewrite).count();
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let lost = missing.len() - rewrites;
    let lost = (lost > 0).then(|| format!("data of {} would be lost", counted(lost, "resource")));
    let copied = (rewrites > 0).then(|| format!("{} would be copied", counted(rewrites, "table")));
    let what: Vec<String> = lost.into_iter().chain(copied).collect();
    let mut fault =
        Fault::new(LOSS, Reason::NotAllowed, format!("{}, and that is not allowed", what.join(" and ")));
    for loss in missing {
        let verb = match loss.allow {
            Allow::Replace => "replaced by an empty one",
            Allow::DestroyData => "deleted",
            Allow::Rewrite => "copied into a new table",
        };
        fault = fault.because(format!("{} ({}) would be {verb}", loss.name, loss.what));
    }
    let flags: Vec<String> = missing.iter().map(|loss| format!("--allow {loss}")).collect();
    fault.help(format!("nothing was done; to allow it, pass {}", flags.join(" ")))
}

/// The loss of a resource.
pub(super) fn loss(stack: &str, change: &ResourceChange) -> Loss {
    let name = format!("{stack}/{}", change.logical);
    match change.effect {
        Effect::Replace => Loss::replaced(name, &change.kind),
        _ => Loss::removed(name, &change.kind),
    }
}

/// Plans the steps that turn what is deployed into the assembly.
///
/// # Errors
///
/// The faults of everything that cannot be deployed.
pub fn plan(
    wanted: &Assembly,
    there: &Observed,
    repair: Repair,
    consent: &Consent,
) -> Result<Plan, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut steps = Vec::new();
    let mut moved: BTreeSet<(String, String)> = BTreeSet::new();
    for stack in &wanted.manifest.stacks {
        match plan_stack(wanted, there, stack, &mut moved) {
            Ok(plan) => {
                steps.push(Step { id: plan.name.clone(), needs: needs(stack), task: Task::Stack(plan) });
            }
            Err(fault) => faults.push(fault),
        }
    }
    let deletions = deletions(wanted, there);
    faults.extend(moves(wanted, there, &steps, &deletions));
    let sql = plan_files(wanted, there, (repair, &consent.contract()), &mut faults);
    if faults.is_empty() {
        add_sql(&mut steps, sql, &wanted.manifest);
        add_deletions(&mut steps, deletions);
        faults.extend(in_order(&steps).err());
    }
    if !faults.is_empty() {
        return Err(faults.into_iter().map(|fault| fault.placed(&wanted.manifest)).collect());
    }
    Ok(Plan {
        platform: wanted.manifest.platform.clone(),
        environment: wanted.manifest.environment.clone(),
        account: there.account.clone(),
        region: wanted.manifest.region.clone(),
        protected: wanted.manifest.protected,
        assembly: wanted.manifest.hash.clone(),
        steps,
        seen: there.stacks.iter().map(|(name, one)| (name.clone(), one.stack.changed)).collect(),
    })
}

/// The stacks whose outputs a stack reads.
fn needs(stack: &ManifestStack) -> Vec<String> {
    let mut needs: Vec<String> = Vec::new();
    for parameter in &stack.parameters {
        if let ValueSource::StackOutput { stack, .. } = &parameter.source
            && !needs.contains(stack)
        {
            needs.push(stack.clone());
        }
    }
    needs
}

/// The deployed stacks that the assembly does not have.
fn deletions(wanted: &Assembly, there: &Observed) -> Vec<StackDeletion> {
    let surplus =
        there.stacks.iter().filter(|(name, _)| !wanted.manifest.stacks.iter().any(|one| one.name == **name));
    let deletion = |(name, surplus): (&String, &ObservedStack)| StackDeletion {
        name: name.clone(),
        physical: surplus.stack.name.clone(),
        changes: surplus.template.as_ref().map(diff::removal).unwrap_or_default(),
    };
    surplus.map(deletion).collect()
}

/// Adds the SQL files after the stacks whose outputs they read. Stacks that require one of those stacks read the
/// warehouse, and so require the SQL files, unless the files require them.
fn add_sql(steps: &mut Vec<Step>, sql: SqlPlan, manifest: &Manifest) {
    let placeholders = manifest.sql.iter().flat_map(|file| &file.placeholders);
    let named: BTreeSet<&str> = placeholders.map(|one| one.stack.as_str()).collect();
    let named = |id: &str| named.contains(id);
    let needs: Vec<String> = steps.iter().map(|step| step.id.clone()).filter(|id| named(id)).collect();
    // Each stack follows those that it requires, so that one pass from the end is enough.
    let mut before: BTreeSet<String> = needs.iter().cloned().collect();
    for step in steps.iter().rev() {
        if before.contains(&step.id) {
            before.extend(step.needs.iter().cloned());
        }
    }
    if !sql.steps.is_empty() {
        for step in steps.iter_mut().filter(|step| !before.contains(&step.id)) {
            if step.needs.iter().any(|need| named(need)) {
                step.needs.push(SQL.to_owned());
            }
        }
    }
    let at = steps.iter().rposition(|step| before.contains(&step.id)).map_or(0, |last| last + 1);
    // A stack between those that the files require may itself require the files: it moves behind them.
    let (mut first, mut waiting) = (Vec::new(), BTreeSet::from([SQL.to_owned()]));
    let mut behind = Vec::new();
    for step in steps.drain(..at) {
        if step.needs.iter().any(|need| waiting.contains(need)) {
            waiting.insert(step.id.clone());
            behind.push(step);
        } else {
            first.push(step);
        }
    }
    first.push(Step { id: SQL.to_owned(), needs, task: Task::Sql(sql) });
    steps.splice(..0, first.into_iter().chain(behind));
}

/// Adds the stacks to delete, last one first, after all other steps.
fn add_deletions(steps: &mut Vec<Step>, deletions: Vec<StackDeletion>) {
    for deletion in deletions.into_iter().rev() {
        let needs = steps.iter().map(|step| step.id.clone()).collect();
        steps.push(Step { id: deletion.name.clone(), needs, task: Task::DeleteStack(deletion) });
    }
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
        return Err(Fault::refused(STUCK, format!("cannot deploy stack {physical}: it is {status}")).help(format!(
            "look at its events in the console or with `aws cloudformation describe-stack-events --stack-name {physical}`, \
             fix the cause, and run the same command again"
        )));
    }
    let old = known.and_then(|one| one.template.as_ref()).filter(|_| state.can_update());
    let moving = known.filter(|_| state.can_update()).map_or_else(
        || stack.parameters.iter().map(|one| one.name.clone()).collect(),
        |one| moving(stack, there, &one.stack.parameters, moved),
    );
    let empty = Value::Object(serde_json::Map::new());
    let setting = Setting {
        region: Some(wanted.manifest.region.clone()),
        account: Some(there.account.clone()),
        parameters: BTreeMap::new(),
    };
    let side = |template| Side { template, setting: &setting };
    let changes = diff::changes(side(old.unwrap_or(&empty)), side(&new), &moving);
    if let Some(fault) = changes.iter().find_map(|one| same_name(&stack.name, one)) {
        return Err(fault);
    }
    for output in diff::moved_outputs(&new, &changes, &moving) {
        moved.insert((stack.name.clone(), output));
    }
    let same = old == Some(&new) && moving.is_empty() && changes.is_empty();
    let protection = known.is_some_and(|one| one.stack.protected) == wanted.manifest.protected;
    let action = match (state.can_update(), same && protection) {
        (false, _) => StackAction::Create,
        (true, true) => StackAction::Keep,
        (true, false) => StackAction::Update,
    };
    Ok(StackPlan { name: stack.name.clone(), physical, action, changes, first: state.first() })
}

/// The fault for resources that would move to another stack under the same name: the new one is created before the old
/// one is deleted, and so fails.
fn moves(wanted: &Assembly, there: &Observed, steps: &[Step], deletions: &[StackDeletion]) -> Option<Fault> {
    let touched = |changes: &[ResourceChange], effects: &[Effect]| -> BTreeSet<String> {
        let found = changes.iter().filter(|one| effects.contains(&one.effect));
        found.map(|one| one.logical.clone()).collect()
    };
    let stacks = steps.iter().filter_map(|step| match &step.task {
        Task::Stack(plan) => Some((&plan.name, plan.changes.as_slice())),
        Task::Sql(_) | Task::DeleteStack(_) => None,
    });
    let stacks: Vec<(&String, &[ResourceChange])> =
        stacks.chain(deletions.iter().map(|one| (&one.name, one.changes.as_slice()))).collect();
    let mut gone = BTreeMap::new();
    for (stack, changes) in &stacks {
        let old = there.stacks.get(*stack).and_then(|one| one.template.as_ref());
        let Some(old) = old else { continue };
        let leaving = touched(changes, &[Effect::Delete, Effect::Release]);
        for (key, (_, name)) in diff::names(old, |logical| leaving.contains(logical)) {
            gone.insert(key, (*stack, name));
        }
    }
    let mut moved = Vec::new();
    for (stack, changes) in &stacks {
        let new = wanted.manifest.stacks.iter().find(|one| one.name == **stack);
        let Some(new) = new.and_then(|one| template(wanted, one).ok()) else { continue };
        let coming = touched(changes, &[Effect::Create]);
        for (key, (logical, name)) in diff::names(&new, |logical| coming.contains(logical)) {
            if let Some((from, _)) = gone.get(&key).filter(|(from, _)| from != stack) {
                moved.push(format!("{logical} ({name}) from {from} to {stack}"));
            }
        }
    }
    let first = moved.first()?;
    let more = if moved.len() > 1 { format!(", and {} more", moved.len() - 1) } else { String::new() };
    let summary = format!(
        "{} would move to another stack under the same name",
        if moved.len() == 1 { "1 resource".to_owned() } else { format!("{} resources", moved.len()) }
    );
    Some(Fault::refused(NAMED, summary).because(format!("{first}{more}")).help(
        "CloudFormation creates the new resource before it deletes the old one: keep `divisions` as deployed, or \
         remove the datasets in one deployment and add them in the next",
    ))
}

/// The fault for a resource that would be replaced under its current name.
fn same_name(stack: &str, change: &ResourceChange) -> Option<Fault> {
    let name = change.keeps_name.as_ref()?;
    let logical = &change.logical;
    let summary = format!("{stack}/{logical} would be replaced under its current name: {name}");
    let mut fault = Fault::refused(NAMED, summary)
        .because(format!(
            "{} cannot be changed in place, and CloudFormation cannot create a second {} with the same name",
            change.properties.join(", "),
            change.kind
        ))
        .help(format!("give it another name as well, which deletes {name}, or undo the change"));
    fault.resource = Some((stack.to_owned(), logical.clone()));
    Some(fault)
}

fn template(wanted: &Assembly, stack: &ManifestStack) -> Result<Value, Fault> {
    serde_json::from_slice(wanted.template(stack)).map_err(|error| {
        Fault::refused(REFUSED, format!("invalid template {}", stack.template)).because(error.to_string())
    })
}

/// The parameters whose value changes.
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
