//! Random histories on a database: platforms that change, rollbacks, and what somebody else does to the warehouse. After
//! every deployment, the catalog is that of a first deployment, or `gen` named the difference.
//!
//! `src/deploy/tests/histories` runs many more of them on a model of a warehouse. `STRATAFORM_SEED` selects other histories.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::local::{Outcome, Project, Server, server};

#[path = "../../src/deploy/tests/histories/random.rs"]
mod random;

use random::{Choice, Random};

/// How many histories there are, and how many changes each has.
const HISTORIES: u64 = 2;
const CHANGES: usize = 5;

/// A column of a relation: type, length, whether it can be null.
type Columns = BTreeMap<String, [String; 3]>;

/// Relations and columns of a warehouse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen {
    /// `core.order`: `r`, `v` or `m`, and its comment.
    relations: BTreeMap<String, String>,
    /// By relation.
    columns: BTreeMap<String, Columns>,
}

fn see(project: &Project) -> Seen {
    let mut seen = Seen::default();
    let relations = project.query(
        "SELECT n.nspname, c.relname, c.relkind, d.description FROM pg_catalog.pg_class AS c \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         LEFT JOIN pg_catalog.pg_description AS d ON d.objoid = c.oid AND d.objsubid = 0 \
         WHERE n.nspname IN ('staging', 'core', 'mart', 'report') AND c.relkind IN ('r', 'v', 'm')",
    );
    for row in relations {
        seen.relations.insert(format!("{}.{}", row[0], row[1]), row[2..].join(" "));
    }
    let columns = project.query(
        "SELECT table_schema, table_name, column_name, data_type, character_maximum_length, is_nullable \
         FROM information_schema.columns WHERE table_schema IN ('staging', 'core', 'mart', 'report')",
    );
    for row in columns {
        let of = seen.columns.entry(format!("{}.{}", row[0], row[1])).or_default();
        of.insert(row[2].clone(), [row[3].clone(), row[4].clone(), row[5].clone()]);
    }
    seen
}

/// Writes a platform, and synthesizes it.
fn write(project: &Project, choice: Choice) {
    let folder = project.file().parent().unwrap().to_owned();
    let _ = fs::remove_dir_all(folder.join("sql"));
    fs::create_dir_all(folder.join("sql")).unwrap();
    fs::write(project.file(), choice.platform()).unwrap();
    for (name, text) in choice.own() {
        fs::write(folder.join("sql").join(name), text).unwrap();
    }
    project.synth();
}

/// What a first deployment makes.
fn fresh(server: &Server, choice: Choice, known: &mut BTreeMap<Choice, Seen>) -> Seen {
    let make = || {
        let project = Project::empty(server, "p");
        write(&project, choice);
        project.deploy().ends(0);
        see(&project)
    };
    known.entry(choice).or_insert_with(make).clone()
}

/// A history so far.
struct History<'a> {
    server: &'a Server,
    project: Project,
    /// Everything that `gen` printed.
    said: String,
    log: Vec<String>,
}

impl History<'_> {
    fn gen_deploy(&mut self, more: &[&str]) -> Outcome {
        let allowed = ["--yes", "--allow", "destroy-data=ingestion/VisitStream"];
        let logs = ["--allow", "destroy-data=ingestion/VisitDeliveryLog"];
        let streams = ["--allow", "destroy-data=ingestion/VisitDeliveryLogStream"];
        let outcome = self.project.dev("deploy", &[&allowed[..], &logs[..], &streams[..], more].concat());
        self.said.extend([outcome.out.as_str(), "\n", outcome.err.as_str(), "\n"]);
        outcome
    }

    /// Does something behind the back of `gen`; returns what.
    fn meddle(&mut self, random: &mut Random) -> &'static str {
        let done = *random.one(&[
            "DROP SCHEMA report CASCADE",
            "DROP TABLE core.\"order\" CASCADE",
            "DROP TABLE staging.\"order\"",
            "DROP {daily} IF EXISTS mart.daily CASCADE",
            "DROP VIEW IF EXISTS report.daily CASCADE",
            "ALTER TABLE staging.\"order\" DROP COLUMN country",
            "ALTER TABLE core.\"order\" DROP COLUMN row__hash CASCADE",
            "ALTER TABLE core.\"order\" DROP COLUMN row__hash CASCADE; ALTER TABLE core.\"order\" ADD COLUMN row__hash BIGINT",
            "ALTER TABLE core.\"order\" DROP COLUMN row__hash CASCADE; ALTER TABLE core.\"order\" ADD COLUMN row__hash DATE",
        ]);
        // It is one or the other, as it counts what is different or not.
        let is_table =
            see(&self.project).relations.get("mart.daily").is_some_and(|kind| kind.starts_with('r'));
        let daily = if is_table { "TABLE" } else { "MATERIALIZED VIEW" };
        for statement in done.replace("{daily}", daily).split("; ") {
            self.project.run(&["query", statement, "--env", "dev", "--write"]).ends(0);
        }
        done
    }

    /// Deploys a platform, with a repair if the warehouse lacks something; returns whether it could be deployed.
    fn deploy(&mut self, choice: Choice, known: &mut BTreeMap<Choice, Seen>) -> bool {
        write(&self.project, choice);
        self.log.push(format!("{choice:?}"));
        let mut outcome = self.gen_deploy(&[]);
        if outcome.code != Some(0) && outcome.err.contains("GEN1018") {
            outcome = self.gen_deploy(&["--repair"]);
        }
        if outcome.code != Some(0) {
            let is_refused = outcome.err.contains("GEN1007") || outcome.err.contains("GEN1018");
            assert!(
                is_refused && outcome.code == Some(1),
                "{:#?}\n{}\n{}",
                self.log,
                outcome.out,
                outcome.err
            );
            self.log.push("refused".to_owned());
            return false;
        }
        let (there, wanted) = (see(&self.project), fresh(self.server, choice, known));
        let unnamed = self.unlike(&there, &wanted);
        assert!(unnamed.is_empty(), "{:#?}\n{unnamed:#?}\n{}", self.log, self.said);
        self.project.dev("status", &[]).ends(0);
        self.project.deploy().ends(0).says("nothing to change");
        true
    }

    /// What is not as after a first deployment, and was not named.
    fn unlike(&self, there: &Seen, wanted: &Seen) -> Vec<String> {
        let mut found = Vec::new();
        for (key, what) in &wanted.relations {
            if there.relations.get(key) != Some(what) {
                found.push(format!("{key} is {:?}, not {what}", there.relations.get(key)));
            }
        }
        for key in there.relations.keys().filter(|key| !wanted.relations.contains_key(*key)) {
            let stays = ["stays in the warehouse", "keeps the rows as they were"]
                .iter()
                .any(|text| self.says(&format!("{key} {text}")));
            if !stays && !self.made_by_a_removed_file(key) {
                found.push(format!("{key} is there"));
            }
        }
        let none = Columns::new();
        for (key, columns) in &wanted.columns {
            let now = there.columns.get(key).unwrap_or(&none);
            let differs = |(name, column): &(&String, _)| now.get(*name) != Some(*column);
            let is_copy = |name: &str| key.starts_with("staging.") && self.is_kept(key, name);
            for (name, column) in columns.iter().filter(differs).filter(|(name, _)| !is_copy(name)) {
                let says = |text: &str| self.says(&format!("column {name} of {key} {text}"));
                let texts = ["stays as long", "becomes longer", "is added nullable", "stays nullable"];
                let named = texts.iter().any(|text| says(text));
                // Somebody added this one again, and gen adds columns nullable, too.
                let again = name == "row__hash" && now.contains_key(name);
                if !(named || again) {
                    found.push(format!("{key}: column {name} is {:?}, not {column:?}", now.get(name)));
                }
            }
            for name in now.keys().filter(|name| !columns.contains_key(*name)) {
                if !self.is_kept(key, name) {
                    found.push(format!("{key} has column {name}"));
                }
            }
        }
        found
    }

    /// Whether `gen` said that a column stays, under its name or another one. Staging tables have it for runs from before.
    fn is_kept(&self, key: &str, name: &str) -> bool {
        let table = key.replacen("staging.", "core.", 1);
        let (table, name) = (table.split("__").next().unwrap(), name.split("__").next().unwrap());
        ["stays in the warehouse", &format!("becomes {name}__")]
            .iter()
            .any(|text| self.says(&format!("column {name} of {table} {text}")))
    }

    fn says(&self, text: &str) -> bool {
        self.said.contains(text)
    }

    /// Whether `gen` said that what a file created stays, and the file is about this relation.
    fn made_by_a_removed_file(&self, key: &str) -> bool {
        let name = key.rsplit('.').next().unwrap().split("__").next().unwrap();
        let name = if name == "deepest" { "deeper" } else { name };
        let lines = self.said.lines().filter(|line| line.contains(" created stays in the warehouse"));
        lines.into_iter().any(|line| line.contains(&format!("_{name}")))
    }
}

fn run(server: &Server, seed: u64, known: &mut BTreeMap<Choice, Seen>) {
    let mut random = Random::new(seed);
    let project = Project::empty(server, "p");
    let mut history = History { server, project, said: String::new(), log: vec![format!("seed {seed}")] };
    let mut deployed = Choice::default();
    assert!(history.deploy(deployed, known), "{:#?}", history.log);
    let mut versions = BTreeSet::from([deployed]);
    for _ in 0..CHANGES {
        let earlier: Vec<Choice> = versions.iter().copied().collect();
        let next = if random.below(4) == 0 { *random.one(&earlier) } else { deployed.changed(&mut random) };
        if random.below(2) == 0 {
            let done = history.meddle(&mut random);
            history.log.push(done.to_owned());
        }
        if history.deploy(next, known) {
            deployed = next;
            versions.insert(next);
        } else if !history.deploy(deployed, known) {
            // A column has another type: a person drops the table.
            let drop = ["query", "DROP TABLE core.\"order\" CASCADE", "--env", "dev", "--write"];
            history.project.run(&drop).ends(0);
            history.log.push("mended".to_owned());
            assert!(history.deploy(deployed, known), "{:#?}\n{}", history.log, history.said);
        }
    }
}

#[test]
fn every_history_ends_as_a_first_deployment() {
    let Some(server) = server() else { return };
    let seed = std::env::var("STRATAFORM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut known = BTreeMap::new();
    for history in 0..HISTORIES {
        run(server, seed * HISTORIES + history, &mut known);
    }
}
