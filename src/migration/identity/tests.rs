//! Histories of a dataset's columns on a real PostgreSQL: tables are changed as a deployment changes them, and files are
//! loaded soon or several changes after they were written. No column ever shows another column's value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use strataform_postgres::Cluster;
use strataform_rows::{Column, Kind, Random, Table, Value, write};
use strataform_warehouse::Warehouse;

use super::super::records::Contract;
use super::super::sql::{Applied, Wanted, step};
use super::super::table::{Columns, ExistingColumn};
use super::super::views::Views;
use crate::artifact::{load as statements, redshift};
use crate::assembly::SqlKind;
use crate::diagnostic::SourceFile;
use crate::model::Platform;
use crate::platform::Context;
use crate::platform::aggregation::load::{LoadParameter, load};
use crate::platform::aggregation::sql;
use crate::{lock, spec};

/// A column of the model: what it is, whatever its name.
#[derive(Clone, Debug)]
struct Entity {
    number: usize,
    name: String,
    /// Its name in the last platform file that was synthesized.
    synthesized: Option<String>,
    renamed_from: Option<String>,
}

/// A history: its columns now, and the numbers and lock file so far.
struct History {
    random: Random,
    columns: Vec<Entity>,
    next: usize,
    lock: Option<String>,
}

const NAMES: [&str; 4] = ["alpha", "beta", "gamma", "delta"];

impl History {
    fn new(seed: u64) -> Self {
        let mut history = Self { random: Random::new(seed), columns: Vec::new(), next: 0, lock: None };
        history.add("alpha");
        history.add("beta");
        history
    }

    fn add(&mut self, name: &str) {
        let (number, name) = (self.next, name.to_owned());
        self.columns.push(Entity { number, name, synthesized: None, renamed_from: None });
        self.next += 1;
    }

    fn pick(&mut self, end: usize) -> usize {
        usize::try_from(self.random.below(end as u64)).expect("it is small")
    }

    /// Adds, drops, renames, swaps or reorders.
    fn change(&mut self) {
        let free = NAMES.iter().filter(|name| self.columns.iter().all(|one| one.name != **name));
        let free: Vec<&str> = free.copied().collect();
        let (at, other) = (self.pick(self.columns.len()), self.pick(self.columns.len()));
        let name = if free.is_empty() { None } else { free.get(self.pick(free.len())).copied() };
        match (self.pick(5), name) {
            (0, Some(name)) => self.add(name),
            (1, _) if self.columns.len() > 1 => drop(self.columns.remove(at)),
            (2, Some(name)) => name.clone_into(&mut self.columns[at].name),
            (3, _) if at != other => {
                let name = self.columns[other].name.clone();
                self.columns[other].name = std::mem::replace(&mut self.columns[at].name, name);
            }
            _ => self.columns.swap(at, other),
        }
    }

    /// The platform file, and `renamed_from` for each name that changed since the last one. `None` if it would say the
    /// same as one that meant another change.
    fn file(&mut self) -> Option<String> {
        let before: BTreeMap<String, Option<String>> = self.live();
        let mut text = "[platform]\nname = \"histories\"\nowner = \"tests\"\nvolume = \"10 MB/day\"\n\
                        [environment.dev]\nregion = \"eu-west-1\"\n\
                        [dataset.t]\nsource = \"files\"\nkey = [\"id\"]\n[dataset.t.column]\nid = \"bigint not null\"\n"
            .to_owned();
        let mut columns = self.columns.clone();
        let is_renamed = |one: &Entity| one.synthesized.as_ref().is_some_and(|before| *before != one.name);
        let froms: BTreeSet<String> =
            columns.iter().filter(|one| is_renamed(one)).filter_map(|one| one.synthesized.clone()).collect();
        for one in &mut columns {
            if is_renamed(one) {
                one.renamed_from.clone_from(&one.synthesized);
                // The lock file has this very rename of another column.
                if before.get(&one.name).is_some_and(|from| *from == one.renamed_from) {
                    return None;
                }
            } else {
                // Only one column can be renamed from another one: an old rename is removed from the file.
                one.renamed_from = one.renamed_from.take().filter(|from| !froms.contains(from));
            }
            one.synthesized = Some(one.name.clone());
            let from = one.renamed_from.iter().map(|from| format!(", renamed_from = \"{from}\""));
            let _ = writeln!(text, "{} = {{ type = \"string(20)\"{} }}", one.name, from.collect::<String>());
        }
        self.columns = columns;
        Some(text)
    }

    /// The `renamed_from` of each column in the lock file.
    fn live(&self) -> BTreeMap<String, Option<String>> {
        let synthesized = self.columns.iter();
        synthesized.filter_map(|one| Some((one.synthesized.clone()?, one.renamed_from.clone()))).collect()
    }

    fn platform(&mut self, text: &str) -> Platform {
        let path = Path::new("platform.toml");
        let (platform, faults) = spec::read(&SourceFile { path: path.to_owned(), text: text.to_owned() });
        let mut platform = platform.unwrap_or_else(|| panic!("{text}\n{faults:?}"));
        let lock = self.lock.take().map(|text| SourceFile { path: "platform.lock".into(), text });
        match lock::identify(&mut platform, path, lock.as_ref()) {
            Ok(lock) => self.lock = Some(lock),
            Err(faults) => panic!("{text}\n{lock:?}\n{faults:?}"),
        }
        platform
    }
}

/// A file that a run committed: its columns, and the values of each column of the model by row.
struct Committed {
    folder: tempfile::TempDir,
    columns: Vec<String>,
    rows: Vec<i64>,
    entities: BTreeSet<usize>,
}

fn value(entity: usize, row: i64) -> String {
    format!("{entity}-{row}")
}

/// Writes the file of a run, as the job of the platform does.
fn commit(history: &History, platform: &Platform, first: i64) -> Committed {
    let dataset = &platform.datasets[0];
    let rows: Vec<i64> = (first..first + 3).collect();
    let column =
        |name: &str, kind| Column { name: dataset.stored_name(name).to_owned(), kind, nullable: true };
    let mut table = Table { columns: vec![column("id", Kind::Bigint)], values: vec![] };
    table.values.push(rows.iter().map(|row| Value::Integer(*row)).collect());
    for one in &history.columns {
        table.columns.push(column(&one.name, Kind::Text));
        table.values.push(rows.iter().map(|row| Value::Text(value(one.number, *row))).collect());
    }
    for (name, kind, value) in [
        ("arrived__at", Kind::Timestamp, Value::Timestamp(0)),
        ("row__attempt", Kind::Integer, Value::Integer(1)),
        ("row__hash", Kind::Bigint, Value::Integer(7)),
    ] {
        table.columns.push(column(name, kind));
        table.values.push(vec![value; rows.len()]);
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    write(&folder.path().join("part.parquet"), &table).expect("the file can be written");
    let manifest = r#"{"entries":[{"url":"s3://curated/part.parquet","mandatory":true,"meta":{"content_length":LENGTH}}]}"#;
    let length = std::fs::metadata(folder.path().join("part.parquet")).expect("it is there").len();
    std::fs::write(folder.path().join("m.json"), manifest.replace("LENGTH", &length.to_string()))
        .expect("written");
    let columns = table.columns.iter().map(|one| one.name.clone()).collect();
    let entities = history.columns.iter().map(|one| one.number).collect();
    Committed { folder, columns, rows, entities }
}

/// The columns that the server has.
fn existing(cluster: &Cluster, database: &str) -> Columns {
    let query = "SELECT table_schema, table_name, column_name, data_type, character_maximum_length, is_nullable \
                 FROM information_schema.columns WHERE table_schema IN ('core', 'staging');";
    let output = cluster.run(database, query).expect("the query runs");
    let row = |line: &str| {
        let part: Vec<&str> = line.split('|').collect();
        let [schema, table, column, kind, length, nullable] = part[..] else { panic!("{line}") };
        let column = (schema.to_owned(), table.to_owned(), column.to_owned());
        (column, ExistingColumn::of(kind, length, "", "", nullable))
    };
    output.lines().filter(|line| !line.is_empty()).map(row).collect()
}

/// Deploys the tables of a platform over those that are there.
fn deploy(
    platform: &Platform,
    (cluster, database): (&Cluster, &str),
    warehouse: &mut Warehouse<'_>,
    applied: &mut BTreeMap<String, String>,
) {
    let context = Context { platform, environment: &platform.environments[0] };
    let plan = sql::plan(context, &[]);
    let texts = redshift::render(&plan).expect("the SQL is rendered");
    for (path, text) in texts {
        let kind = match &plan.files.iter().find(|file| file.path == path).expect("planned").content {
            sql::SqlContent::Table(_) | sql::SqlContent::Loaded(_) => SqlKind::Table,
            sql::SqlContent::Staging(_) => SqlKind::Staging,
            sql::SqlContent::Schemas(_) => SqlKind::Schemas,
            _ => continue,
        };
        let old = applied.insert(path.clone(), text.clone());
        let wanted = Wanted {
            path: &path,
            kind,
            text: &text,
            checksum: &text,
            placeholders: &[],
            migrations: &[],
            contract: &Contract::default(),
        };
        let record = old.as_ref().map(|old| Applied {
            checksum: old.clone(),
            part: 1,
            parts: 1,
            ..Applied::default()
        });
        let there = existing(cluster, database);
        let found = step(wanted, record.as_ref(), old.as_deref(), &there, &mut Views::default());
        let Some(step) = found.unwrap_or_else(|fault| panic!("{fault:?}\n{old:?}\n{text}")) else { continue };
        let all = step.statements.join(";\n");
        warehouse.run(&all).unwrap_or_else(|fault| panic!("{fault}\n{all}"));
    }
}

/// Loads the files of a run.
fn load_run(platform: &Platform, run: &Committed, warehouse: &mut Warehouse<'_>) {
    let plan = statements::plan(&load(platform, &platform.datasets[0])).expect("it is rendered");
    let names: Vec<String> = run.columns.iter().map(|name| format!("\"{name}\"")).collect();
    let value = |parameter| match parameter {
        LoadParameter::ManifestUrl => "s3://curated/m.json".to_owned(),
        LoadParameter::CopyRole => "${CopyRole}".to_owned(),
        LoadParameter::RunId => "run".to_owned(),
        LoadParameter::Columns => format!(" ({})", names.join(",")),
        LoadParameter::CompleteUntil | LoadParameter::RunIds => String::new(),
    };
    let text = plan.load.iter().map(|one| one.text(value)).collect::<Vec<_>>().join(";\n");
    warehouse.mount("curated", run.folder.path());
    warehouse.run(&format!("BEGIN;\n{text};\nCOMMIT")).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
}

/// Compares every value in the table with the one that its column was given.
fn compare(history: &History, loaded: &[Committed], cluster: &Cluster, database: &str, seed: u64) -> usize {
    let mut checks = 0;
    for one in &history.columns {
        let query = format!("SELECT id, {} FROM core.t ORDER BY id;", one.name);
        let output = cluster.run(database, &query).expect("the query runs");
        let found: BTreeMap<i64, String> = output
            .lines()
            .filter_map(|line| line.split_once('|'))
            .map(|(id, text)| (id.parse().expect("a number"), text.to_owned()))
            .collect();
        let wanted: BTreeMap<i64, String> = loaded
            .iter()
            .flat_map(|run| run.rows.iter().map(|row| (run.entities.contains(&one.number), *row)))
            .map(|(has, row)| (row, if has { value(one.number, row) } else { String::new() }))
            .collect();
        assert_eq!(
            found,
            wanted,
            "seed {seed}: column {one:?}\n{}",
            history.lock.as_deref().unwrap_or_default()
        );
        checks += found.len();
    }
    checks
}

#[test]
fn no_column_of_the_warehouse_shows_the_values_of_another_one() {
    let Some(cluster) = strataform_postgres::testing::server() else { return };
    let (mut checks, mut renames, mut again) = (0, 0, 0);
    for seed in 1..=8 {
        let database = format!("history_{seed}");
        let mut warehouse = Warehouse::open(&cluster, &database).expect("a database can be made");
        let mut history = History::new(seed);
        let (mut applied, mut waiting, mut loaded) = (BTreeMap::new(), Vec::new(), Vec::new());
        for turn in 0..10 {
            let before = history.columns.clone();
            for _ in 0..=history.pick(2) {
                history.change();
            }
            let Some(text) = history.file() else {
                history.columns = before;
                continue;
            };
            let platform = history.platform(&text);
            let identities = &platform.datasets[0].identities;
            renames += identities.all().iter().filter(|one| one.renamed_from.is_some()).count();
            again += identities.all().iter().filter(|one| one.stored.contains("__")).count();
            deploy(&platform, (&cluster, &database), &mut warehouse, &mut applied);
            waiting.push(commit(&history, &platform, turn * 10));
            // The warehouse can be behind: runs are loaded after later changes.
            while history.pick(3) > 0 && !waiting.is_empty() {
                let run = waiting.remove(0);
                load_run(&platform, &run, &mut warehouse);
                loaded.push(run);
            }
            checks += compare(&history, &loaded, &cluster, &database, seed);
        }
    }
    assert!(checks > 1_000 && renames > 30 && again > 10, "{checks} {renames} {again}");
}
