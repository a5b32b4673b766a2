//! Generated pairs of schemas on a real PostgreSQL: a table of the first with rows is migrated to the second, with the committed
//! migrations, and killed on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use strataform_postgres::Cluster;
use strataform_redshift::quote_ident;
use strataform_rows::Random;
use strataform_warehouse::Warehouse;

use super::records::Contract;
use super::table::{Columns, ExistingColumn};
use super::{Allow, Migration, SqlStep, SqlWork, continued, files, is_current};
use crate::assembly::{Assembly, SqlKind};
use crate::diagnostic::SourceFile;
use crate::model::Platform;
use crate::{lock, spec, synth};

/// How many pairs are migrated; those that cannot be are not counted.
const PAIRS: usize = 200;

/// A declared column.
#[derive(Clone, Debug)]
struct Column {
    name: String,
    /// An index of [`TYPES`].
    kind: usize,
    required: bool,
    renamed_from: Option<String>,
}

/// Types as a platform file has them, and a value of each for a row, in `PostgreSQL`.
const TYPES: [(&str, &str); 10] = [
    ("string(5)", "'{n}'"),
    ("string(20)", "'{n}'"),
    ("string(200)", "'{n}'"),
    ("integer", "{n}"),
    ("bigint", "{n}"),
    ("decimal(8,2)", "{n}"),
    ("decimal(18,4)", "{n}"),
    ("double", "{n}"),
    ("date", "DATE '2026-01-0{n}'"),
    ("timestamp", "TIMESTAMP '2026-01-0{n} 00:00:00'"),
];

const NAMES: [&str; 5] = ["alpha", "beta", "gamma", "delta", "epsilon"];

/// The values of the rows: `id` is never null.
const ROWS: u64 = 4;

struct Pair {
    random: Random,
}

impl Pair {
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.random.below(end as u64)).expect("it is small")
    }

    fn column(&mut self, name: &str) -> Column {
        Column {
            name: name.to_owned(),
            kind: self.below(TYPES.len()),
            required: self.below(3) == 0,
            renamed_from: None,
        }
    }

    fn first(&mut self) -> (Vec<Column>, Vec<String>) {
        let count = 2 + self.below(3);
        let columns = NAMES.iter().take(count).map(|name| self.column(name)).collect();
        (columns, vec!["id".to_owned()])
    }

    /// Adds, removes, renames, swaps, retypes, tightens, loosens; or gives the table another key.
    fn change(&mut self, columns: &mut Vec<Column>, key: &mut Vec<String>) {
        let at = self.below(columns.len());
        let free: Vec<&str> =
            NAMES.iter().copied().filter(|name| columns.iter().all(|one| one.name != *name)).collect();
        match (self.below(9), free.first()) {
            (0, Some(name)) => {
                let column = self.column(name);
                columns.push(column);
            }
            (1, _) if columns.len() > 1 && !key.contains(&columns[at].name) => drop(columns.remove(at)),
            (2, Some(name)) if columns[at].renamed_from.is_none() && !key.contains(&columns[at].name) => {
                columns[at].renamed_from = Some(columns[at].name.clone());
                (*name).clone_into(&mut columns[at].name);
            }
            (3, _) => columns[at].required = !columns[at].required || key.contains(&columns[at].name),
            (4, _) if columns[at].required && columns[at].renamed_from.is_none() => {
                *key = vec!["id".to_owned(), columns[at].name.clone()];
            }
            (5..=7, _) => columns[at].kind = self.below(TYPES.len()),
            _ => columns.rotate_left(1),
        }
    }
}

fn text(columns: &[Column], key: &[String], described: usize) -> String {
    let key: Vec<String> = key.iter().map(|name| format!("\"{name}\"")).collect();
    let mut text = format!(
        "[platform]\nname = \"pairs\"\nowner = \"tests\"\nvolume = \"10 MB/day\"\n[environment.dev]\nregion = \"eu-west-1\"\n\
         [dataset.t]\nsource = \"files\"\nkey = [{}]\n[dataset.t.column]\nid = \"bigint not null\"\n",
        key.join(", ")
    );
    for (at, one) in columns.iter().enumerate() {
        let required = if one.required { " not null" } else { "" };
        let from =
            one.renamed_from.as_ref().map_or_else(String::new, |from| format!(", renamed_from = \"{from}\""));
        let about = if at == described { ", description = \"Described.\"" } else { "" };
        let _ =
            writeln!(text, "{} = {{ type = \"{}{required}\"{from}{about} }}", one.name, TYPES[one.kind].0);
    }
    text
}

/// The platform of a text, with the numbers of its columns.
fn platform(text: &str, numbers: &mut Option<String>) -> Result<Platform, String> {
    let path = Path::new("platform.toml");
    let (platform, faults) = spec::read(&SourceFile { path: path.to_owned(), text: text.to_owned() });
    let mut platform = platform.ok_or_else(|| format!("{faults:?}"))?;
    let file = numbers.take().map(|text| SourceFile { path: "platform.lock".into(), text });
    *numbers =
        Some(lock::identify(&mut platform, path, file.as_ref()).map_err(|faults| format!("{faults:?}"))?);
    Ok(platform)
}

fn assembly(platform: &Platform, base: Option<&Assembly>) -> Assembly {
    let draft =
        synth::synth(platform, &platform.environments[0], &[]).unwrap_or_else(|found| panic!("{found:?}"));
    let draft = match base {
        Some(base) => continued(base, draft),
        None => draft,
    };
    Assembly::of(&draft).expect("it is consistent")
}

/// The columns that a database has.
fn existing(cluster: &Cluster, database: &str) -> Columns {
    let query = "SELECT table_schema, table_name, column_name, data_type, character_maximum_length, numeric_precision, \
                 numeric_scale, is_nullable FROM information_schema.columns WHERE table_schema IN ('core', 'staging');";
    let output = cluster.run(database, query).expect("the query runs");
    let row = |line: &str| {
        let part: Vec<&str> = line.split('|').collect();
        let [schema, table, column, kind, length, precision, scale, nullable] = part[..] else {
            panic!("{line}")
        };
        let column = (schema.to_owned(), table.to_owned(), column.to_owned());
        (column, ExistingColumn::of(kind, length, precision, scale, nullable))
    };
    output.lines().filter(|line| !line.is_empty()).map(row).collect()
}

/// What a catalog says about the table: columns and comments.
fn catalog(cluster: &Cluster, database: &str) -> BTreeSet<String> {
    let query = "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, d.description \
                 FROM pg_attribute a LEFT JOIN pg_description d ON d.objoid = a.attrelid AND d.objsubid = a.attnum \
                 WHERE a.attrelid = 'core.t'::regclass AND a.attnum > 0 AND NOT a.attisdropped; \
                 SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'core';";
    cluster.run(database, query).expect("the query runs").lines().map(str::to_owned).collect()
}

/// The statements of the table's file.
fn steps(plan: Migration) -> Vec<SqlStep> {
    assert!(plan.refused.is_empty(), "{:?}", plan.refused);
    plan.steps.into_iter().filter(|one| one.work != SqlWork::Values).collect()
}

fn of_table(assembly: &Assembly, path: &str) -> bool {
    let kind = assembly.manifest.sql.iter().find(|one| one.path == path).map(|one| one.kind);
    matches!(kind, Some(SqlKind::Schemas | SqlKind::Table | SqlKind::Staging))
}

/// Makes what an assembly makes in an empty database.
fn make(assembly: &Assembly, warehouse: &mut Warehouse<'_>) {
    let roles = assembly.manifest.sql.iter().filter(|one| one.kind == SqlKind::Roles);
    for text in roles.filter_map(|one| assembly.text(&one.path)) {
        // Roles belong to the server, so another database may have made them.
        for statement in text.split_inclusive(";\n").filter(|one| one.contains("CREATE ROLE")) {
            let _ = warehouse.run(statement);
        }
    }
    let made = assembly.manifest.sql.iter().filter(|one| of_table(assembly, &one.path));
    let all: Vec<String> = made.filter_map(|one| assembly.text(&one.path)).collect();
    warehouse.run(&all.join("\n")).unwrap_or_else(|fault| panic!("{fault}"));
}

/// Runs a step as a deployment does; `until` is where it is killed.
fn run(step: &SqlStep, until: usize, warehouse: &mut Warehouse<'_>) -> Result<(), String> {
    let done = &step.statements[..until.min(step.statements.len())];
    if done.is_empty() {
        return Ok(());
    }
    let whole = done.len() == step.statements.len();
    let all = done.join(";\n");
    let all = match (step.transaction, whole) {
        (true, true) => format!("BEGIN;\n{all};\nCOMMIT"),
        (true, false) => format!("BEGIN;\n{all};\nROLLBACK"),
        (false, _) => all,
    };
    warehouse.run(&all).map(drop).map_err(|fault| format!("{fault}\n{all}"))
}

/// A database with the first schema and rows, and what is migrated.
struct Place<'a> {
    cluster: &'a Cluster,
    name: String,
    warehouse: Warehouse<'a>,
}

impl<'a> Place<'a> {
    fn new(cluster: &'a Cluster, name: String) -> Self {
        let warehouse = Warehouse::open(cluster, &name).expect("a database can be made");
        Self { cluster, name, warehouse }
    }

    /// Drops everything: making a database takes much longer.
    fn empty(&mut self) {
        let schemas = ["core", "staging", "kept"].map(|name| format!("DROP SCHEMA IF EXISTS {name} CASCADE"));
        self.warehouse.run(&schemas.join("; ")).unwrap_or_else(|fault| panic!("{fault}"));
    }

    fn fill(&mut self, columns: &[Column]) {
        let names: Vec<String> = columns.iter().map(|one| quote_ident(&one.name)).collect();
        let row = |n: u64| {
            let value = |one: &Column| match (one.required, n % 3) {
                (false, 0) => "NULL".to_owned(),
                (true | false, _) => TYPES[one.kind].1.replace("{n}", &n.to_string()),
            };
            let values: Vec<String> = columns.iter().map(value).collect();
            format!("({n}, {}, GETDATE(), 1, {n})", values.join(", "))
        };
        let rows: Vec<String> = (1..=ROWS).map(row).collect();
        let names = names.join(", ");
        let text = format!(
            "INSERT INTO core.t (id, {names}, arrived__at, row__attempt, row__hash) VALUES {}; \
             CREATE SCHEMA kept; CREATE TABLE kept.t AS SELECT * FROM core.t",
            rows.join(", ")
        );
        self.warehouse.run(&text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
    }

    fn plan(&self, old: &Assembly, new: &Assembly, contract: &Contract) -> Migration {
        files::between_with(old, new, &existing(self.cluster, &self.name), contract)
    }

    /// Migrates, and is killed at a statement first.
    fn migrate(&mut self, old: &Assembly, new: &Assembly, kill: usize) -> Result<(), String> {
        let nothing = Contract::default();
        let planned: Vec<SqlStep> = steps(self.plan(old, new, &nothing));
        for step in planned.iter().filter(|one| of_table(new, &one.path)) {
            run(step, kill, &mut self.warehouse)?;
        }
        if planned.iter().all(|step| kill >= step.statements.len()) {
            return Ok(());
        }
        // The next run knows of the interrupted one only what the catalog says.
        for step in steps(self.plan(old, new, &nothing)).iter().filter(|one| of_table(new, &one.path)) {
            run(step, usize::MAX, &mut self.warehouse)?;
        }
        Ok(())
    }

    /// The rows that do not say what they said.
    fn different(&self, columns: &[(String, usize, String)]) -> String {
        let same = |(old, kind, new): &(String, usize, String)| {
            let kind = match TYPES[*kind].0 {
                text if text.starts_with("string") => "text",
                "double" => "double precision",
                other => other,
            };
            format!("CAST(n.{} AS {kind}) IS DISTINCT FROM o.{}", quote_ident(new), quote_ident(old))
        };
        let mut checks: Vec<String> = columns.iter().map(same).collect();
        checks.push("n.id IS NULL".to_owned());
        let query = format!(
            "SELECT o.*, n.* FROM kept.t o LEFT JOIN core.t n ON n.id = o.id WHERE {};",
            checks.join(" OR ")
        );
        self.cluster.run(&self.name, &query).expect("the query runs")
    }
}

/// The columns that both schemas have: the old name, the old type, the new name.
fn kept(old: &[Column], new: &[Column]) -> Vec<(String, usize, String)> {
    let of = |one: &Column| {
        let from = one.renamed_from.as_ref().unwrap_or(&one.name);
        let was = old.iter().find(|was| was.name == *from)?;
        let is_taken =
            one.renamed_from.is_none() && new.iter().any(|other| other.renamed_from.as_ref() == Some(from));
        (!is_taken).then(|| (was.name.clone(), was.kind, one.name.clone()))
    };
    new.iter().filter_map(of).collect()
}

/// What is allowed of a table after everything was migrated: columns and tables that no file has, and what is loose.
fn everything(there: &Columns, new: &[Column]) -> Contract {
    let system = ["id", "arrived__at", "row__attempt", "row__hash"];
    let is_declared = |name: &str| system.contains(&name) || new.iter().any(|one| one.name == name);
    let here = there.keys().filter(|key| key.0 == "core");
    let drops = here.filter_map(|(_, table, column)| match table.as_str() {
        "t" => (!is_declared(column)).then(|| format!("core.t.{column}")),
        other => Some(format!("core.{other}")),
    });
    Contract { rewrites: BTreeSet::from(["core.t".to_owned()]), drops: drops.collect() }
}

#[test]
fn migrated_tables_are_as_new_ones_and_keep_their_values() {
    let Some(cluster) = strataform_postgres::testing::server() else { return };
    let mut fresh = Place::new(&cluster, "pairs_fresh".to_owned());
    let mut place = Place::new(&cluster, "pairs".to_owned());
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut migrated, mut seed) = (0, 0);
    while migrated < PAIRS {
        seed += 1;
        assert!(seed < 20 * PAIRS as u64, "{count:?}");
        let mut pair = Pair { random: Random::new(seed) };
        let (was, first) = pair.first();
        let (mut is, mut key) = (was.clone(), first.clone());
        for _ in 0..=pair.below(3) {
            pair.change(&mut is, &mut key);
        }
        let (described, kill) = (pair.below(is.len()), pair.below(9));
        let mut numbers = None;
        let old = platform(&text(&was, &first, usize::MAX), &mut numbers).expect("it is valid");
        let old = assembly(&old, None);
        let Ok(new) = platform(&text(&is, &key, described), &mut numbers) else {
            *count.entry("contradicts itself").or_default() += 1;
            continue;
        };
        let new = assembly(&new, Some(&old));
        let said = || format!("seed {seed}, killed at {kill}\n{was:#?}\n{is:#?}\n{key:?}");
        place.empty();
        make(&old, &mut place.warehouse);
        place.fill(&was);
        if !place.plan(&old, &new, &Contract::default()).refused.is_empty() {
            assert!(new.manifest.migrations.is_empty(), "{}", said());
            *count.entry("refused").or_default() += 1;
            continue;
        }
        let before = catalog(&cluster, &place.name);
        if let Err(fault) = place.migrate(&old, &new, kill) {
            // A value does not fit: nothing has changed.
            assert!(
                fault.contains("all_values_are_kept")
                    || fault.contains("invalid input")
                    || fault.contains("CAST("),
                "{}\n{fault}",
                said()
            );
            assert_eq!(catalog(&cluster, &place.name), before, "{}\n{fault}", said());
            *count.entry("does not fit").or_default() += 1;
            continue;
        }
        let kept = kept(&was, &is);
        assert_eq!(place.different(&kept), "", "{}", said());
        // Old rows get values, as a backfill would give them; then nothing is in the way of the rest.
        for one in is.iter().filter(|one| one.required) {
            let value = TYPES[one.kind].1.replace("{n}", "1");
            let fill = format!("UPDATE core.t SET {0} = {value} WHERE {0} IS NULL", quote_ident(&one.name));
            place.warehouse.run(&fill).unwrap_or_else(|fault| panic!("{}\n{fault}", said()));
        }
        for _ in 0..2 {
            let there = existing(&cluster, &place.name);
            for step in steps(files::between_with(&new, &new, &there, &everything(&there, &is))) {
                for loss in &step.losses {
                    let name = match loss.allow {
                        Allow::Rewrite => "contracted",
                        Allow::DestroyData | Allow::Replace => "dropped",
                    };
                    *count.entry(name).or_default() += 1;
                }
                run(&step, usize::MAX, &mut place.warehouse)
                    .unwrap_or_else(|fault| panic!("{}\n{fault}", said()));
            }
        }
        fresh.empty();
        make(&new, &mut fresh.warehouse);
        assert_eq!(catalog(&cluster, &place.name), catalog(&cluster, "pairs_fresh"), "{}", said());
        let copies = new.manifest.migrations.iter().any(|one| one.rewrites);
        *count.entry(if copies { "copied" } else { "altered" }).or_default() += 1;
        migrated += 1;
    }
    for (kind, least) in
        [("copied", 60), ("altered", 40), ("contracted", 20), ("dropped", 20), ("does not fit", 5)]
    {
        assert!(count.get(kind).is_some_and(|found| *found >= least), "{kind}: {count:?}");
    }
}

/// Two changes, one after the other, are two migrations; a synth that changes nothing adds none.
#[test]
fn migrations_are_numbered_and_kept() {
    let mut pair = Pair { random: Random::new(1) };
    let mut columns = vec![pair.column("alpha")];
    let mut numbers = None;
    let key = ["id".to_owned()];
    let mut versions: Vec<Assembly> = Vec::new();
    for kind in [0, 1, 1, 3] {
        columns[0] = Column { kind, required: false, ..columns[0].clone() };
        let of = platform(&text(&columns, &key, 0), &mut numbers).expect("it is valid");
        versions.push(assembly(&of, versions.last()));
    }
    let paths = |of: &Assembly| of.manifest.migrations.iter().map(|one| one.path.clone()).collect::<Vec<_>>();
    assert!(paths(&versions[0]).is_empty());
    assert_eq!(paths(&versions[1]), ["aggregation/migrations/0001_t.sql"]);
    assert_eq!(paths(&versions[2]), paths(&versions[1]));
    assert_eq!(
        paths(&versions[3]),
        ["aggregation/migrations/0001_t.sql", "aggregation/migrations/0002_t.sql"]
    );
    let last = platform(&text(&columns, &key, 0), &mut numbers).expect("it is valid");
    let draft = synth::synth(&last, &last.environments[0], &[]).expect("it is rendered");
    assert!(is_current(&versions[3], &draft) && !is_current(&versions[1], &draft));
    // Two versions behind, and one of them copies the table: one copy to the last definition, not two.
    let plan = files::between_with(&versions[0], &versions[3], &Columns::new(), &Contract::default());
    let step = plan.steps.iter().find(|one| one.path.ends_with("_t.sql")).expect("it changes");
    assert_eq!(step.losses.len(), 1, "{step:#?}");
}
