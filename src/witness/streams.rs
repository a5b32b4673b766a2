//! A view over a stream that is made again: it no longer has the records that the stream no longer has.

use std::collections::BTreeSet;

use strataform_redshift::parse;

use super::aggregates;
use super::databases::Databases;
use super::server::{Trial, quoted};
use super::{Search, seen};
use crate::assembly::SqlKind;
use crate::diff::{Change, Exhibit};

/// Puts a record in, lets the stream forget it, and reads the view as it was and made again.
pub(super) fn find(databases: &Databases<'_>, change: &Change) -> Search {
    let path = change.file.as_deref().unwrap_or_default();
    if databases.new.manifest.sql.iter().any(|one| one.path == path && one.kind == SqlKind::Own) {
        return aggregates::own(databases, path);
    }
    let text = databases.old.text(path).ok_or("its file is not known")?;
    let both = databases.both()?;
    if let Some(view) = views(&text).into_iter().next() {
        let query = format!("SELECT COUNT(*) FROM \"core\".{}", quoted(&view));
        let of = |name: &str| databases.server.tried_once(name, Trial::of(query.clone()));
        let stream = stream(&text).ok_or("its stream is not known")?;
        let put = format!(
            "INSERT INTO {stream} (approximate_arrival_timestamp, partition_key, shard_id, sequence_number, kinesis_data) \
             VALUES (now(), 'key', 'shardId-0', '0', convert_to('{{}}', 'UTF8'))"
        );
        let cluster = databases.server.cluster()?;
        let run = |script: &str| cluster.run(&both.old.name, script).map_err(|fault| fault.message);
        run(&format!("{put}; REFRESH MATERIALIZED VIEW \"core\".{}", quoted(&view)))?;
        let before = of(&both.old.name)?;
        run(&format!("DELETE FROM {stream}; REFRESH MATERIALIZED VIEW \"core\".{}", quoted(&view)))?;
        let after = of(&both.old.name)?;
        return seen(
            Exhibit::Query,
            query,
            before.shown(),
            format!("{} once the stream has forgotten its record", after.shown()),
        );
    }
    Err("nothing here runs what it is about".to_owned())
}

/// The materialized views that a file makes in `core`.
fn views(text: &str) -> BTreeSet<String> {
    let script = parse(text);
    let statements = script.statements.iter().filter_map(|one| text.get(one.span.range()));
    let names = statements.filter_map(|one| one.strip_prefix("CREATE MATERIALIZED VIEW \"core\".\""));
    names.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// The stream that a file reads, quoted.
fn stream(text: &str) -> Option<String> {
    let rest = text.split("FROM \"kinesis\".\"").nth(1)?;
    Some(format!("\"kinesis\".\"{}\"", rest.split('"').next()?))
}
