//! Aggregates that are refreshed by group, on a real PostgreSQL: after random histories of loads, each is what its query
//! computes from all rows.
//!
//! The shipped SQL creates the warehouse, and the shipped statements load it; only COPY is replaced by INSERT. What a
//! refresh must lead to is computed by queries that are written here, not by the shipped ones. Rows are corrected and move
//! to other groups, arrive late, are deleted and expire; the stores that they join change, come and go; loads are repeated,
//! and several of them come before one refresh. `STRATAFORM_SEED` selects other histories.

use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use strataform::artifact::load::plan;
use strataform::diagnostic::SourceFile;
use strataform::model::Platform;
use strataform::platform::aggregation::load::{LoadPlan, load};
use strataform::{spec, synth};
use strataform_postgres::Cluster;
use strataform_postgres::testing::server;
use strataform_warehouse::Warehouse;

/// Sales in stores: an aggregate for each way in which rows are in groups.
const PLATFORM: &str = r#"
[platform]
name = "groups"
owner = "data"
volume = "1 GB/day"
retention = "40 days"

[environment.dev]
region = "eu-west-1"

[dataset.store]
source = "stream"
role = "dimension"
key = ["store_id"]
event_time = "changed_at"
delete = "op = 'd'"

[dataset.store.column]
store_id = "string(8) not null"
changed_at = "timestamp not null"
city = "string(20)"
op = "string(1)"

[dataset.sale]
source = "stream"
key = ["sale_id"]
event_time = "sold_at"
delete = "op = 'd'"

[dataset.sale.column]
sale_id = "string(8) not null"
sold_at = "timestamp not null"
store_id = "string(8)"
home_id = "string(8)"
channel = "string(8)"
buyer = "string(8)"
amount = "decimal(12,2)"
weight = "double"
is_paid = "boolean"
op = "string(1)"

[dataset.sale.join]
store = "store"
home = { to = "store", on = { home_id = "store_id" } }

[aggregate.daily]
from = "sale"
where = "is_paid"
group_by = { day = "date_trunc('day', sold_at)", channel = "channel", is_large = "amount > 5" }
measure = { buyers = "count(distinct buyer)", revenue = "sum(amount)" }

[aggregate.by_city]
from = "sale"
group_by = { city = "store.city", home = "coalesce(home.city, '?')" }
measure = { sales = "count(*)", buyers = "count(distinct buyer)" }

[aggregate.by_store]
from = "sale"
where = "store.city is not null"
group_by = { store = "store_id", amount = "amount" }
measure = { city = "max(store.city)", sales = "count(*)" }

[aggregate.weekly]
from = "sale"
group_by = { week = "cast(date_trunc('week', sold_at) as date)" }
measure = { buyers = "count(distinct buyer)" }

[aggregate.simple]
from = "sale"
group_by = { channel = "channel" }
measure = { sales = "count(*)" }

[aggregate.by_weight]
from = "sale"
group_by = { weight = "weight" }
measure = { buyers = "count(distinct buyer)" }
"#;

/// What each aggregate must be, in PostgreSQL's SQL.
const WANTED: [(&str, &str); 4] = [
    (
        "daily",
        "SELECT date_trunc('day', sold_at), channel, amount > 5, count(DISTINCT buyer), sum(amount) FROM core.sale \
         WHERE is_paid GROUP BY 1, 2, 3",
    ),
    (
        "by_city",
        "SELECT s.city, coalesce(h.city, '?'), count(*), count(DISTINCT buyer) FROM core.sale AS o \
         LEFT JOIN core.store AS s ON s.store_id = o.store_id LEFT JOIN core.store AS h ON h.store_id = o.home_id \
         GROUP BY 1, 2",
    ),
    (
        "by_store",
        "SELECT o.store_id, amount, max(s.city), count(*) FROM core.sale AS o \
         LEFT JOIN core.store AS s ON s.store_id = o.store_id WHERE s.city IS NOT NULL GROUP BY 1, 2",
    ),
    ("weekly", "SELECT date_trunc('week', sold_at)::date, count(DISTINCT buyer) FROM core.sale GROUP BY 1"),
];
/// The environment's role that loads.
const LOADER: &str = "groups_dev_loader";

/// Numbers from a seed (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }

    /// A literal out of some, or NULL.
    fn text(&mut self, of: &[&str]) -> String {
        let at = usize::try_from(self.below(of.len() as u64 + 1)).unwrap();
        of.get(at).map_or("NULL".to_owned(), |text| format!("'{text}'"))
    }
}

fn platform() -> Platform {
    let (platform, faults) =
        spec::read(&SourceFile { path: "platform.toml".into(), text: PLATFORM.to_owned() });
    platform.unwrap_or_else(|| panic!("{faults:#?}"))
}

/// A warehouse with the shipped objects, and the shipped loads.
struct Shop<'a> {
    cluster: &'a Cluster,
    database: String,
    warehouse: Warehouse<'a>,
    sale: LoadPlan,
    store: LoadPlan,
    /// Rows that were loaded before, to load them again.
    known: Vec<(&'static str, String)>,
    arrived: u64,
}

impl<'a> Shop<'a> {
    fn open(cluster: &'a Cluster, database: &str) -> Self {
        let platform = platform();
        let draft = synth::synth(&platform, &platform.environments[0], &[]).expect("the file is valid");
        let mut warehouse = Warehouse::open(cluster, database).expect("a database");
        for planned in &draft.sql {
            let file = draft.file(&planned.path).expect("it is rendered");
            let text = String::from_utf8_lossy(&file.bytes);
            warehouse.run(&text).unwrap_or_else(|fault| panic!("{}: {fault}\n{text}", planned.path));
        }
        let planned = |name| plan(&load(&platform, platform.dataset(name).unwrap())).expect("it is rendered");
        Self {
            cluster,
            database: database.to_owned(),
            warehouse,
            sale: planned("sale"),
            store: planned("store"),
            known: Vec::new(),
            arrived: 0,
        }
    }

    /// The values of a row of the files: a version of one of a few keys.
    fn row(&mut self, random: &mut Random) -> (&'static str, String) {
        self.arrived += 1;
        let arrived = format!("DATEADD(second, {}, TIMESTAMP '2026-01-01 00:00:00')", self.arrived);
        let order = format!("{arrived}, 1, {}", self.arrived);
        let deleted = if random.below(6) == 0 { "TRUE" } else { "FALSE" };
        let hours = random.below(24 * 50);
        let at = format!("DATEADD(hour, -{hours}, DATE_TRUNC('day', GETDATE()))");
        let stores = ["a", "b", "c", "d"];
        if random.below(4) == 0 {
            let store = stores[usize::try_from(random.below(4)).unwrap()];
            let city = random.text(&["Ulm", "Bonn", "Kiel"]);
            // The event time of a store is when it changed: mostly later than before.
            let at = format!(
                "DATEADD(second, {}, TIMESTAMP '2026-01-01 00:00:00')",
                self.arrived + random.below(3)
            );
            return ("store", format!("('{store}', {at}, {city}, NULL, {order}, {deleted})"));
        }
        let mut row = format!("('s{}', {at}, ", random.below(40));
        for of in [&stores[..], &stores, &["web", "shop", ""], &["x", "y", "z"]] {
            let _ = write!(row, "{}, ", random.text(of));
        }
        let amount = if random.below(5) == 0 { "NULL".to_owned() } else { random.below(12).to_string() };
        let paid = if random.below(4) == 0 { "FALSE" } else { "TRUE" };
        let _ = write!(row, "{amount}, 1.5, {paid}, NULL, {order}, {deleted})");
        ("sale", row)
    }

    /// The statements that load rows, with INSERT in place of COPY; `left_out` drops those that contain it.
    fn load(&self, dataset: &str, rows: &[String], left_out: Option<&str>) -> String {
        let plan = if dataset == "sale" { &self.sale } else { &self.store };
        let statements = plan.statements("s3://b/run.json", "${CopyRole}").into_iter();
        let statements = statements.filter(|text| left_out.is_none_or(|word| !text.contains(word)));
        let replaced = statements.map(|text| {
            if text.starts_with("COPY ") {
                let names: Vec<String> = plan.columns.iter().map(|name| format!("\"{name}\"")).collect();
                let (names, rows) = (names.join(", "), rows.join(", "));
                format!("INSERT INTO \"staging\".\"{dataset}\" ({names}) VALUES {rows}")
            } else {
                text
            }
        });
        replaced.collect::<Vec<_>>().join(";\n")
    }

    /// Loads some new versions of keys, perhaps with rows that were loaded before.
    fn load_some(&mut self, random: &mut Random, left_out: Option<&str>) {
        let mut rows: Vec<(&'static str, String)> = (0..=random.below(8)).map(|_| self.row(random)).collect();
        self.known.extend(rows.iter().cloned());
        for _ in 0..random.below(4) {
            let at = usize::try_from(random.below(self.known.len() as u64)).unwrap();
            rows.push(self.known[at].clone());
        }
        for dataset in ["sale", "store"] {
            let of: Vec<String> =
                rows.iter().filter(|(of, _)| *of == dataset).map(|(_, row)| row.clone()).collect();
            if !of.is_empty() {
                let text = self.load(dataset, &of, left_out);
                self.warehouse.transaction(LOADER, &text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
            }
        }
    }

    fn call(&mut self, procedure: &str) {
        let text = format!("CALL \"mart\".\"{procedure}\"()");
        self.warehouse.run_as(LOADER, &text).unwrap_or_else(|fault| panic!("{procedure}: {fault}"));
    }

    fn refresh(&mut self) {
        for (name, _) in WANTED {
            self.call(&format!("refresh__{name}"));
        }
    }

    /// The aggregates that are not what they must be.
    fn wrong(&self) -> Vec<&'static str> {
        let differs = |(name, wanted): &&(&str, &str)| {
            let query = format!(
                "SELECT count(*) FROM ((SELECT * FROM mart.{name} EXCEPT ALL ({wanted})) \
                 UNION ALL (({wanted}) EXCEPT ALL SELECT * FROM mart.{name})) AS d"
            );
            self.cluster.run(&self.database, &query).expect("a query").trim() != "0"
        };
        WANTED.iter().filter(differs).map(|(name, _)| *name).collect()
    }

    fn count(&self, of: &str) -> u64 {
        let query = format!("SELECT count(*) FROM {of}");
        self.cluster.run(&self.database, &query).expect("a query").trim().parse().unwrap()
    }
}

fn seed() -> u64 {
    std::env::var("STRATAFORM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// What happens between two refreshes.
fn happen(shop: &mut Shop<'_>, random: &mut Random, left_out: Option<&str>) {
    for _ in 0..=random.below(3) {
        shop.load_some(random, left_out);
    }
    match random.below(6) {
        0 => shop.call("expire__sale"),
        1 => shop.call("rebuild__by_city"),
        _ => {}
    }
}

#[test]
fn a_refresh_by_group_is_a_refresh_of_everything() {
    let Some(cluster) = server() else { return };
    let mut shop = Shop::open(&cluster, "groups_dev");
    let mut random = Random(seed());
    let kinds = shop.cluster.run(&shop.database, KINDS).expect("a query");
    assert_eq!(kinds.trim(), "by_city r\nby_store r\nby_weight m\ndaily r\nsimple m\nweekly r");
    for step in 0..40 {
        happen(&mut shop, &mut random, None);
        shop.refresh();
        assert_eq!(shop.wrong(), [""; 0], "seed {}, step {step}", seed());
        assert_eq!(shop.count("staging.daily__touched"), 0, "a refresh takes what loads noted");
    }
    for (name, _) in WANTED {
        assert!(shop.count(&format!("mart.{name}")) > 1, "{name}: the histories are too tame");
        let nulls = format!("mart.{name} AS t WHERE t::text LIKE '(,%' OR t::text LIKE '%,,%'");
        assert!(name == "weekly" || shop.count(&nulls) > 0, "{name}: NULL is a group, too");
    }
    // Only what loads changed is computed: other groups keep what somebody wrote.
    shop.cluster.run(&shop.database, "UPDATE mart.weekly SET buyers = 99").expect("an update");
    let row =
        "('one', GETDATE(), 'a', 'a', 'web', 'x', 1, 1.5, TRUE, NULL, GETDATE(), 1, 1, FALSE)".to_owned();
    let text = shop.load("sale", &[row], None);
    shop.warehouse.transaction(LOADER, &text).expect("a load");
    shop.refresh();
    assert_eq!(shop.count("mart.weekly WHERE buyers <> 99"), 1);
    // The nightly computation mends that, and any other difference.
    shop.call("rebuild__weekly");
    assert_eq!(shop.wrong(), [""; 0]);

    // Histories in which a load does not note a part of the groups show it: the test would notice.
    for (left_out, database) in [("before_load__", "before"), ("after_load__", "after")] {
        for (name, _) in WANTED {
            shop.call(&format!("rebuild__{name}"));
        }
        let mut wrong = Vec::new();
        for _ in 0..10 {
            happen(&mut shop, &mut random, Some(left_out));
            shop.refresh();
            wrong.extend(shop.wrong());
        }
        assert!(!wrong.is_empty(), "{database}");
    }
}

/// The kinds of the aggregates.
const KINDS: &str = "SELECT relname || ' ' || relkind::text FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace \
                     WHERE nspname = 'mart' AND relkind IN ('r', 'm', 'v') ORDER BY 1";

/// A script for PostgreSQL. Redshift's transactions see a snapshot, which is PostgreSQL's REPEATABLE READ.
fn script(text: &str, before_commit: &str) -> String {
    let mut translator = strataform_redshift::Translator::new();
    let parsed = strataform_redshift::parse(text);
    let executables = parsed.statements.iter().map(|one| translator.translate(one).expect("translates"));
    let sql = executables.flatten().map(|one| match one {
        strataform_redshift::Executable::Sql(sql) => format!("{sql};\n"),
        strataform_redshift::Executable::Nothing(_) | strataform_redshift::Executable::Copy(_) => {
            String::new()
        }
    });
    let sql: String = sql.collect();
    format!("BEGIN ISOLATION LEVEL REPEATABLE READ;\n{sql}{before_commit}COMMIT;\n")
}

#[test]
fn loads_and_refreshes_may_overlap() {
    let Some(cluster) = server() else { return };
    let mut shop = Shop::open(&cluster, "groups_dev");
    let (mut random, cluster) = (Random(7), &cluster);
    let mut row = |shop: &mut Shop<'_>| loop {
        let (dataset, row) = shop.row(&mut random);
        if dataset == "sale" {
            break row.replace("TRUE)", "FALSE)");
        }
    };
    let refresh: String = WANTED.map(|(name, _)| format!("CALL mart.refresh__{name}();\n")).concat();
    for round in 0..3 {
        let rows: Vec<String> = (0..20).map(|_| row(&mut shop)).collect();
        let load = shop.load("sale", &rows, None);
        // A load that is not committed when the refresh begins, one that is committed before the refresh is, and a refresh
        // that begins before another one is committed.
        let pause = "SELECT pg_sleep(1.5);\n";
        let (first, second) = match round {
            0 => (script(&load, pause), script(&refresh, "")),
            1 => (script(&refresh, pause), script(&load, "")),
            _ => (script(&refresh, pause), script(&refresh, "")),
        };
        if round == 2 {
            shop.warehouse.transaction(LOADER, &load).expect("a load");
        }
        let database = shop.database.as_str();
        let outputs = thread::scope(|scope| {
            let first = scope.spawn(move || cluster.run(database, &first));
            thread::sleep(Duration::from_millis(500));
            let second = scope.spawn(move || cluster.run(database, &second));
            [first, second].map(|session| session.join().expect("a session ends"))
        });
        let [first, second] = outputs;
        first.expect("the first one is not disturbed");
        if let Err(fault) = second {
            // The state machine repeats it.
            assert!(
                round == 2 && fault.message.contains("could not serialize"),
                "{round}: {}",
                fault.message
            );
        }
        if round < 2 {
            assert!(shop.count("staging.daily__touched") > 0, "{round}: what the load noted is there");
        }
        shop.refresh();
        assert_eq!(shop.wrong(), [""; 0], "{round}");
    }
}
