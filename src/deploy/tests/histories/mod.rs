//! Random histories: platforms that change, deployments, rollbacks, and what somebody else does to the warehouse.
//!
//! After every deployment, the warehouse is what a first deployment of the same platform makes, or a plan of the history
//! named the difference. Plans are carried out on a model of a warehouse ([`World`]) that rejects what Redshift rejects;
//! `tests/deploy/histories.rs` does the same on a database. `STRATAFORM_SEED` selects other histories.

mod random;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic;
use std::sync::{Mutex, PoisonError};

use random::{Choice, Random};
use world::World;

use crate::assembly::{Assembly, FileKind, ManifestFile, ManifestSql};
use crate::deploy::files::Repair;
use crate::deploy::plan::{self, Consent, Plan};
use crate::deploy::step::Task;
use crate::deploy::{Fault, SqlPlan};
use crate::migration::sql::SqlWork;
use crate::platform::Context;
use crate::platform::aggregation::sql::SqlFile;

/// How many histories there are, and how many changes each has.
const HISTORIES: u64 = 40;
const CHANGES: usize = 10;

/// How many failed histories are shown.
const SHOWN: usize = 4;

/// The assemblies of platforms, each rendered once.
#[derive(Default)]
struct Rendered {
    all: BTreeMap<Choice, Assembly>,
}

impl Rendered {
    fn of(&mut self, choice: Choice) -> &Assembly {
        self.all.entry(choice).or_insert_with(|| render(choice))
    }
}

/// The assembly of a platform, without stacks: these histories are about the warehouse.
fn render(choice: Choice) -> Assembly {
    let source = |path: &str, text: String| crate::diagnostic::SourceFile { path: path.into(), text };
    let (platform, found) = crate::spec::read(&source("platform.toml", choice.platform()));
    let platform = platform.unwrap_or_else(|| panic!("{choice:?}: {found:#?}"));
    let own: Vec<_> = choice.own().into_iter().map(|(name, text)| source(name, text)).collect();
    let context = Context { platform: &platform, environment: &platform.environments[0] };
    let plan = crate::platform::aggregation::sql::plan(context, &own);
    let mut made = super::assembly("a");
    made.manifest.stacks.clear();
    made.manifest.files.clear();
    for (path, text) in crate::artifact::redshift::render(&plan).expect("SQL is rendered") {
        let (kind, sha256) = (FileKind::Sql, crate::deploy::store::sha256(text.as_bytes()));
        made.manifest.files.push(ManifestFile { path: path.clone(), kind, sha256, size: text.len() as u64 });
        made.files.insert(path, text.into_bytes());
    }
    let file = |file: &SqlFile| ManifestSql {
        path: file.path.clone(),
        kind: crate::synth::sql_kind(&file.content),
        source: None,
        origin: None,
        placeholders: Vec::new(),
    };
    made.manifest.sql = plan.files.iter().map(file).collect();
    made
}

fn sql(plan: &Plan) -> &SqlPlan {
    let found = plan.steps.iter().find_map(|step| match &step.task {
        Task::Sql(plan) => Some(plan),
        Task::Stack(_) | Task::DeleteStack(_) => None,
    });
    found.expect("a plan has a step for SQL")
}

/// Carries out a plan.
fn carry_out(plan: &Plan, wanted: &Assembly, world: &mut World, log: &Log) {
    for step in sql(plan).steps.iter().filter(|step| step.work != SqlWork::Values) {
        for text in step.statements.iter().skip(step.done) {
            world.run(text).unwrap_or_else(|why| panic!("{log}\n{}: {why}\n{text}\n{step:#?}", step.path));
        }
        world.record(step, wanted);
    }
}

fn codes(faults: &[Fault]) -> BTreeSet<&str> {
    faults.iter().map(|fault| fault.code.text()).collect()
}

/// What a first deployment makes.
fn fresh(wanted: &Assembly, log: &Log) -> World {
    let mut world = World::default();
    let planned = plan::plan(wanted, &world.observed(), Repair::Refuse, &Consent::default())
        .expect("a first deployment");
    carry_out(&planned, wanted, &mut world, log);
    world
}

/// What happened.
struct Log(Vec<String>);

impl Log {
    fn push(&mut self, line: String) {
        self.0.push(line);
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

/// A history so far.
struct History {
    world: World,
    /// What is deployed.
    deployed: Choice,
    /// What plans named.
    named: BTreeSet<String>,
    log: Log,
    repairs: usize,
}

impl History {
    /// Deploys a platform, with a repair if the warehouse lacks something; returns whether it could be deployed.
    fn deploy(&mut self, choice: Choice, rendered: &mut Rendered) -> bool {
        let wanted = rendered.of(choice);
        let there = self.world.observed();
        let lacks = !there.drifts(wanted).is_empty();
        self.log.push(format!("deploy {choice:?}, lacks: {lacks}"));
        let mut planned = plan::plan(wanted, &there, Repair::Refuse, &Consent::default());
        if lacks {
            let refused = planned.expect_err("what the warehouse lacks is named first");
            assert!(codes(&refused).contains("GEN1018"), "{}\n{refused:#?}", self.log);
            planned = plan::plan(wanted, &there, Repair::Make, &Consent::default());
            self.repairs += 1;
        }
        let planned = match planned {
            Ok(planned) => planned,
            Err(refused) => {
                let known = BTreeSet::from(["GEN1007", "GEN1018"]);
                assert!(codes(&refused).is_subset(&known), "{}\n{refused:#?}", self.log);
                let causes: Vec<&String> = refused.iter().flat_map(|one| &one.causes).collect();
                self.log.push(format!("  refused: {causes:?}"));
                return false;
            }
        };
        let sql = sql(&planned);
        self.named.extend(sql.kept.iter().chain(&sql.notes).cloned());
        for line in sql.kept.iter().chain(&sql.notes) {
            self.log.push(format!("  {line}"));
        }
        carry_out(&planned, wanted, &mut self.world, &self.log);
        self.deployed = choice;
        let unnamed = self.world.unlike(&fresh(wanted, &self.log), &self.named);
        assert!(unnamed.is_empty(), "{}\nnot as a first deployment makes it: {unnamed:#?}", self.log);
        let again = plan::plan(wanted, &self.world.observed(), Repair::Refuse, &Consent::default())
            .expect("it is deployed");
        assert!(sql_steps(&again).is_empty(), "{}\nnot done: {:#?}", self.log, sql_steps(&again));
        true
    }
}

fn sql_steps(plan: &Plan) -> Vec<&crate::deploy::SqlStep> {
    sql(plan).steps.iter().filter(|step| step.work != SqlWork::Values).collect()
}

/// Runs a history; returns how often something was repaired and how often a platform was refused.
fn run(seed: u64, rendered: &mut Rendered) -> (usize, usize) {
    let mut random = Random::new(seed);
    let first = Choice::default();
    let mut history = History {
        world: World::default(),
        deployed: first,
        named: BTreeSet::new(),
        log: Log(vec![format!("seed {seed}")]),
        repairs: 0,
    };
    assert!(history.deploy(first, rendered), "{}", history.log);
    let mut versions = vec![first];
    let mut refused = 0;
    for _ in 0..CHANGES {
        let next = match random.below(4) {
            0 => versions[random.below(versions.len())],
            1 => history.deployed,
            _ => history.deployed.changed(&mut random),
        };
        if random.below(2) == 0 {
            let done = history.world.meddle(&mut random);
            history.log.push(format!("somebody: {done}"));
        }
        if history.deploy(next, rendered) {
            versions.push(next);
            continue;
        }
        refused += 1;
        // The platform cannot be deployed: the one before can, unless a column has another type, which a person must mend.
        let before = history.deployed;
        if !history.deploy(before, rendered) {
            let mended = history.world.mend(&fresh(rendered.of(before), &history.log));
            history.log.push(format!("mended: {mended:?}"));
            assert!(!mended.is_empty() && history.deploy(before, rendered), "{}", history.log);
        }
    }
    (history.repairs, refused)
}

#[test]
fn every_history_ends_as_a_first_deployment() {
    let seed = std::env::var("STRATAFORM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let rendered = Mutex::new(Rendered::default());
    let (mut repairs, mut refusals, mut failed) = (0, 0, Vec::new());
    for history in 0..HISTORIES {
        let ran = panic::catch_unwind(|| {
            let mut rendered = rendered.lock().unwrap_or_else(PoisonError::into_inner);
            run(seed * HISTORIES + history, &mut rendered)
        });
        match ran {
            Ok((repaired, refused)) => {
                repairs += repaired;
                refusals += refused;
            }
            Err(why) => failed.push(why.downcast_ref::<String>().cloned().unwrap_or_default()),
        }
    }
    let count = failed.len();
    failed.sort_by_key(String::len);
    failed.truncate(SHOWN);
    assert!(failed.is_empty(), "{count} histories failed; the shortest:\n{}", failed.join("\n\n"));
    assert!(
        repairs > 100 && refusals > 0,
        "the histories are too tame: {repairs} repairs, {refusals} refusals"
    );
}
