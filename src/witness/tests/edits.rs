//! Edits of the blueprints: what each breaks, destroys or leaves to be processed again is shown.

use std::path::Path;

use crate::assembly::Assembly;
use crate::diagnostic::SourceFile;
use crate::diff::{self, Change, Verdict};
use crate::witness::{Server, Versions, add, is_shown};
use crate::{lock, spec, synth};

use super::again;

const SHOP: &str = include_str!("../../../blueprints/retail-orders/platform.toml");
const CLICKS: &str = include_str!("../../../blueprints/clickstream/platform.toml");
const DEVICES: &str = include_str!("../../../blueprints/iot-telemetry/platform.toml");

/// A platform file, the text that is replaced, and by what.
type Edit = (&'static str, &'static str, &'static str);

/// The assembly of the first environment of a platform file, and its lock file; `None` if the file is not valid.
pub(super) fn tried(text: &str, lock: Option<&str>) -> Option<(Assembly, String)> {
    let file =
        |name: &str, text: &str| SourceFile { path: Path::new(name).to_owned(), text: text.to_owned() };
    let platform = file("platform.toml", text);
    let mut read = spec::read(&platform).0?;
    let lock = lock.map(|text| file("platform.lock", text));
    let lock = lock::identify(&mut read, &platform.path, lock.as_ref()).ok()?;
    let draft = synth::synth(&read, &read.environments[0], &[]).ok()?;
    Some((Assembly::of(&draft).expect("a draft is consistent"), lock))
}

/// The same for a valid file.
pub(super) fn assembly(text: &str, lock: Option<&str>) -> (Assembly, String) {
    tried(text, lock).unwrap_or_else(|| {
        let file = SourceFile { path: Path::new("platform.toml").to_owned(), text: text.to_owned() };
        panic!("{:#?}", spec::read(&file).1)
    })
}

/// The changes of an edit, with witnesses.
pub(super) fn edited(server: &Server, (file, from, to): Edit) -> Vec<Change> {
    assert!(file.contains(from), "{from}");
    let (old, lock) = assembly(file, None);
    let (new, _) = assembly(&file.replace(from, to), Some(&lock));
    let mut changes = diff::assemblies(&old, &new);
    add(server, Versions::Assemblies(&old, &new), &mut changes);
    changes
}

/// The verdicts that need a witness.
pub(super) fn shown(changes: &[Change]) -> Vec<(&Change, &Verdict)> {
    let all = changes.iter().flat_map(Change::all);
    all.flat_map(|one| one.verdicts.iter().map(move |verdict| (one, verdict)))
        .filter(|(_, verdict)| is_shown(verdict.impact))
        .collect()
}

/// Edits, each with a verdict that needs a witness.
pub(super) const EDITS: &[Edit] = &[
    // Columns: shorter, narrower, another type.
    (SHOP, "note        = \"string(1000)\"", "note        = \"string(10)\""),
    (SHOP, "order_id    = \"bigint not null\"", "order_id    = \"integer not null\""),
    (SHOP, "\"decimal(5,4)\"", "\"decimal(3,2)\""),
    (SHOP, "list_price = \"decimal(12,2)\"", "list_price = \"integer\""),
    (SHOP, "opened_on = \"date\"", "opened_on = \"string(10)\""),
    (SHOP, "joined_on   = \"date\"", "joined_on   = \"timestamp\""),
    (CLICKS, "referrer    = \"string(500)\"", "referrer    = \"string(300)\""),
    // Columns: required, added as required, removed, renamed.
    (SHOP, "note        = \"string(1000)\"", "note        = \"string(1000) not null\""),
    (
        SHOP,
        "note        = \"string(1000)\"",
        "note        = \"string(1000)\"\nreason = \"string(9) not null\"",
    ),
    (SHOP, "brand      = \"string(60)\"\n", ""),
    (CLICKS, "referrer    = \"string(500)\"\n", ""),
    (
        SHOP,
        "note        = \"string(1000)\"",
        "remark        = { type = \"string(1000)\", renamed_from = \"note\" }",
    ),
    // Derived columns and protections.
    (
        SHOP,
        "case when store_id is null then 'web' else 'store' end",
        "case when store_id is null then 'shop' else 'store' end",
    ),
    (SHOP, "status = 'cancelled'\"", "status in ('cancelled', 'returned')\""),
    (CLICKS, "'purchase' and amount > 0", "'purchase' and amount >= 10"),
    (CLICKS, "when 'search' then 2", "when 'search' then 7"),
    (
        SHOP,
        "{ type = \"string(254)\", sensitive = \"hash\" }",
        "{ type = \"string(254)\", sensitive = \"mask\" }",
    ),
    (SHOP, "segment     = \"string(20)\"", "segment     = { type = \"string(20)\", sensitive = \"hash\" }"),
    // Settings: keys, times, rules, how records arrive.
    (SHOP, "key         = [\"order_id\", \"line_number\"]", "key         = [\"order_id\"]"),
    (
        SHOP,
        "event_time  = \"changed_at\"\npartition   = \"day\"",
        "event_time  = \"ordered_on\"\npartition   = \"day\"",
    ),
    (SHOP, "late        = \"14 days\"", "late        = \"14 days\"\nahead = \"1 hour\""),
    (SHOP, "some_quantity  = \"quantity > 0\"", "some_quantity  = \"quantity > 1\""),
    (SHOP, "between 0 and 1\"", "between 0 and 0.9\""),
    (SHOP, "delimiter   = \";\"", "delimiter   = \"|\""),
    (
        SHOP,
        "source      = \"files\"\nformat      = \"json\"\nrole        = \"dimension\"\nkey         = [\"product_id\"]",
        "source      = \"files\"\nformat      = \"csv\"\nrole        = \"dimension\"\nkey         = [\"product_id\"]",
    ),
    // What is kept, and for how long.
    (SHOP, "raw     = \"30 days\"", "raw     = \"10 days\""),
    (SHOP, "quarantine = \"90 days\"", "quarantine = \"7 days\""),
    (CLICKS, "curated = \"30 days\"", "curated = \"20 days\""),
    // Aggregates and calculations.
    (
        SHOP,
        "units = \"sum(quantity)\", revenue = \"sum(net_amount)\", customers",
        "units = \"count(*)\", revenue = \"sum(net_amount)\", customers",
    ),
    (
        SHOP,
        "daily_sales]\ndescription = \"Sales per day by country, category and channel, without canceled lines.\"\nfrom        = \"order_line\"\nwhere       = \"not is_cancelled\"",
        "daily_sales]\ndescription = \"Sales per day by country, category and channel, without canceled lines.\"\nfrom        = \"order_line\"\nwhere       = \"quantity > 1\"",
    ),
    (
        CLICKS,
        "visitors = \"count(distinct visitor_id)\", sessions",
        "visitors = \"count(visitor_id)\", sessions",
    ),
    (SHOP, "\"sum({revenue}) / sum({orders})\"", "\"sum({revenue}) / sum({units})\""),
    (DEVICES, "(value - 32) / 1.8", "(value - 32) / 2"),
];

/// What is known of witnesses: how many verdicts need one, and which have none.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) count: usize,
    without: Vec<String>,
}

impl Tally {
    pub(super) fn add(&mut self, id: &str, changes: &[Change]) {
        for (change, verdict) in shown(changes) {
            self.count += 1;
            if let Some(witness) = &verdict.witness {
                assert_ne!(witness.before, witness.after, "{id}");
            } else {
                let why = verdict.no_witness.as_deref().expect("it says why");
                self.without.push(format!("{id} {}, {}: {why}", change.subject, verdict.reason));
            }
        }
    }

    /// At least 95 of 100 have one.
    pub(super) fn assert(&self) {
        let (count, without) = (self.count, self.without.len());
        assert!(without * 20 <= count, "{without} of {count} have none:\n{}", self.without.join("\n"));
    }
}

#[test]
fn each_edit_has_an_executed_witness() {
    let Some(cluster) = strataform_postgres::testing::server() else { return };
    let server = Server::running(cluster);
    let mut tally = Tally::default();
    for (at, edit) in EDITS.iter().enumerate() {
        let changes = edited(&server, *edit);
        assert!(!shown(&changes).is_empty(), "{} {changes:#?}", edit.2);
        tally.add(&at.to_string(), &changes);
    }
    tally.assert();
}

#[test]
fn each_known_edit_has_an_executed_witness() {
    let Some(cluster) = strataform_postgres::testing::server() else { return };
    let server = Server::running(cluster);
    let (mut tally, mut again) = (Tally::default(), 0);
    for (id, old, new) in diff::tests::edits::pairs() {
        let mut changes = diff::assemblies(&old, &new);
        add(&server, Versions::Assemblies(&old, &new), &mut changes);
        tally.add(&id, &changes);
        for (change, verdict) in shown(&changes) {
            let cluster = server.cluster().expect("it runs");
            if let Some(holds) = again::holds(cluster, (&old, &new), change, verdict) {
                assert!(holds, "{id}: {} {:?}", change.subject, verdict.witness);
                again += 1;
            }
        }
    }
    assert!(tally.count >= 100, "{}", tally.count);
    assert!(again >= 20, "{again} of {} were run by other means", tally.count);
    tally.assert();
}
