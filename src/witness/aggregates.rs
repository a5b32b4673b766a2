//! Aggregates and calculations: the fewest rows for which they give another value.

use std::collections::{BTreeMap, BTreeSet};

use strataform_redshift::{effects, parse};

use super::databases::{Both, Column, Databases, Made};
use super::server::{Found, Trial, literal, quoted, translated};
use super::settings::declared;
use super::values::{Value, few, named, rows};
use super::{Search, seen};
use crate::assembly::{Assembly, SqlKind};
use crate::diff::{Exhibit, Witness};
use crate::spec::type_named;

/// How many rows, and pairs of rows, are tried.
const MOST: usize = 120;

/// The query of an aggregate.
fn query(of: &Assembly, aggregate: &str) -> Result<String, String> {
    let ending = format!("_{aggregate}.sql");
    let start =
        ["CREATE TABLE", "CREATE MATERIALIZED VIEW"].map(|verb| format!("{verb} \"mart\".\"{aggregate}\""));
    let files =
        of.manifest.sql.iter().filter(|one| one.kind == SqlKind::Aggregate && one.path.ends_with(&ending));
    for file in files {
        let text = of.text(&file.path).unwrap_or_default();
        let script = parse(&text);
        for statement in script.statements.iter().filter_map(|one| text.get(one.span.range())) {
            let begins = start.iter().any(|start| statement.starts_with(start));
            if let Some(at) = statement.find("SELECT").filter(|_| begins) {
                return translated(statement.get(at..).unwrap_or_default().trim_end_matches(';'));
            }
        }
    }
    Err("its query is not known".to_owned())
}

/// The words of a query, columns among them.
fn words(query: &str) -> impl Iterator<Item = &str> {
    query.split(|one: char| !one.is_alphanumeric() && one != '_').filter(|word| !word.is_empty())
}

/// Rows to try, each with the columns and their values, as literals.
type Rows = Vec<Vec<(String, Value)>>;

/// Looks for rows for which an aggregate gives another result.
pub(super) fn find(databases: &Databases<'_>, aggregate: &str, key: &str) -> Search {
    let section = format!("aggregate.{aggregate}");
    let dataset = declared(databases.old, &section, "from").ok_or("its dataset is not known")?.to_owned();
    let after = declared(databases.new, &section, "from").unwrap_or(&dataset);
    let both = databases.both()?;
    let (one, other) = (query(databases.old, aggregate)?, query(databases.new, aggregate)?);
    let field = key.strip_prefix("measure.").or_else(|| key.strip_prefix("group_by."));
    let shown = |query: &str| match field {
        Some(field) => {
            let field = quoted(field);
            format!("SELECT string_agg(x.{field}::text, ', ' ORDER BY x.{field}) FROM ({query}) AS x")
        }
        // The number of rows says more than what is in them.
        None => format!("SELECT COUNT(*) || ' rows' FROM ({query}) AS x"),
    };
    let whole = |query: &str| format!("SELECT json_agg(x ORDER BY x::text)::text FROM ({query}) AS x");
    let all = candidates(databases, both, ("core", &dataset), (&one, &other));
    let text = |of| declared(of, &section, key).unwrap_or_default();
    let words = format!("{} {}", text(databases.old), text(databases.new));
    let search = Looking { databases, both, from: (("core", &dataset), ("core", after)), words, all };
    search.first((&shown(&one), &shown(&other))).or_else(|_| search.first((&whole(&one), &whole(&other))))
}

/// Looks for rows for which a view of a hand-written file gives another result.
pub(super) fn own(databases: &Databases<'_>, path: &str) -> Search {
    let both = databases.both()?;
    let (old, new) = (views(databases.old, path), views(databases.new, path));
    let mut why = "it makes no view that is read in both versions".to_owned();
    for (name, one) in &old {
        let Some(other) = new.iter().find(|(is, _)| is == name).map(|(_, text)| text) else { continue };
        let is_read = |table: &(&str, &str)| words(one).any(|word| word == table.1);
        let Some(table) = both.old.tables(&["core", "mart"]).into_iter().find(is_read) else { continue };
        let shown = |query: &str| format!("SELECT json_agg(x ORDER BY x::text)::text FROM ({query}) AS x");
        let all = candidates(databases, both, table, (one, other));
        let words = format!("{one} {other}");
        let looking = Looking { databases, both, from: (table, table), words, all };
        match looking.first((&shown(one), &shown(other))) {
            Ok(found) => return Ok(found),
            Err(fault) => why = fault,
        }
    }
    Err(why)
}

/// The views of a file, and their queries.
fn views(of: &Assembly, path: &str) -> Vec<(String, String)> {
    let text = of.text(path).unwrap_or_default();
    let script = parse(&text);
    let made = script.statements.iter().filter_map(|one| {
        let view = effects(one).creates.into_iter().find(|made| made.kind.is_view())?;
        let whole = text.get(one.span.range())?;
        let query = whole.get(whole.to_uppercase().find("SELECT")?..)?;
        let query = query.trim().trim_end_matches("WITH NO SCHEMA BINDING");
        Some((view.name.key(), translated(query).ok()?))
    });
    made.collect()
}

/// Rows to try, and where.
struct Looking<'a> {
    databases: &'a Databases<'a>,
    both: &'a Both,
    /// The tables before and after, each with its schema.
    from: ((&'a str, &'a str), (&'a str, &'a str)),
    /// The texts that differ: the columns in them are shown.
    words: String,
    all: Vec<Rows>,
}

impl Looking<'_> {
    /// The first rows for which two queries differ.
    fn first(&self, (old, new): (&str, &str)) -> Search {
        let Self { databases, both, from, all, .. } = self;
        for rows in all.chunks(60) {
            let trials = |made: &Made, table: (&str, &str), query: &str| -> Vec<Trial> {
                let of = |rows: &Rows| Trial { before: inserts(made, table, rows), query: query.to_owned() };
                rows.iter().map(of).collect()
            };
            let before = databases.server.tried(&both.old.name, &trials(&both.old, from.0, old))?;
            let now = databases.server.tried(&both.new.name, &trials(&both.new, from.1, new))?;
            for ((rows, before), after) in rows.iter().zip(&before).zip(&now) {
                if !before.has_failed() && before != after {
                    let text = rows.iter().map(|row| self.shown(row)).collect::<Vec<_>>().join(" ");
                    return seen(Exhibit::Row, text, before.shown(), after.shown());
                }
            }
        }
        Err("both versions agree on all rows that were tried".to_owned())
    }

    /// A row without what every smallest row has.
    fn shown(&self, row: &[(String, Value)]) -> String {
        let least = |name: &str| {
            let column =
                self.both.old.columns(self.from.0.0, self.from.0.1).iter().find(|one| one.name == name);
            column.filter(|one| one.required).map(Column::least)
        };
        let is_named = |name: &str| words(&self.words).any(|word| word == name);
        let special = row.iter().filter(|(name, value)| {
            is_named(name) || least(name) != value.as_ref().map(|text| literal(text))
        });
        shown_row(&special.cloned().collect::<Vec<_>>())
    }
}

/// The statements that add rows, each with a key of its own.
fn inserts(made: &Made, (schema, table): (&str, &str), rows: &Rows) -> String {
    let all = rows.iter().map(|row| {
        let given: Vec<(&str, Option<String>)> = row
            .iter()
            .map(|(name, value)| {
                let value = value.as_ref().map_or_else(|| "NULL".to_owned(), |text| literal(text));
                (name.as_str(), Some(value))
            })
            .collect();
        made.insert(schema, table, &given)
    });
    all.collect::<Vec<_>>().join(";\n")
}

/// A row as JSON, without nulls.
fn shown_row(row: &[(String, Value)]) -> String {
    let cells = row.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?.into())));
    serde_json::Value::Object(cells.collect()).to_string()
}

/// Rows, and pairs of rows, the smallest first.
fn candidates(
    databases: &Databases<'_>,
    both: &Both,
    (schema, table): (&str, &str),
    (old, new): (&str, &str),
) -> Vec<Rows> {
    let used: BTreeSet<&str> = [old, new].into_iter().flat_map(words).collect();
    let known = both.old.columns(schema, table);
    let mut types: BTreeMap<String, _> =
        known.iter().map(|one| (one.name.clone(), one.data_type())).collect();
    let declared = databases.old.manifest.dataset(table).filter(|_| schema == "core");
    let declared = declared.into_iter().flat_map(|one| &one.columns);
    types.extend(declared.filter_map(|one| Some((one.name.clone(), type_named(one.data_type.as_deref()?)?))));
    let names: Vec<String> = types.keys().filter(|name| used.contains(name.as_str())).cloned().collect();
    let mut words = named(old);
    let more = named(new);
    words.0.extend(more.0);
    words.1.extend(more.1);
    let lists: Vec<Vec<Value>> = names
        .iter()
        .map(|name| {
            let required = known.iter().any(|one| one.name == *name && one.required);
            let null: Option<Value> = (!required).then_some(None);
            null.into_iter().chain(types.get(name).map(|of| few(*of, &words)).unwrap_or_default()).collect()
        })
        .collect();
    let all: Vec<Vec<(String, Value)>> =
        rows(&lists, MOST * 8).into_iter().map(|row| names.iter().cloned().zip(row).collect()).collect();
    let step = (all.len() / MOST).max(1);
    let single = all.iter().take(MOST / 2).chain(all.iter().step_by(step));
    let twins = all.iter().take(MOST / 2).map(|row| vec![row.clone(), row.clone()]);
    let pairs = all
        .iter()
        .step_by(step)
        .zip(all.iter().rev().step_by(step))
        .map(|(one, two)| vec![one.clone(), two.clone()]);
    single.map(|row| vec![row.clone()]).chain(twins).chain(pairs).collect()
}

/// A calculation of a dashboard as SQL, and the columns that it reads.
fn sql(text: &str, of: &Assembly, section: &str) -> (String, Vec<String>) {
    let mut sql =
        text.replace("distinct_count(", "count(distinct ").replace("distinctCount(", "count(distinct ");
    let mut columns = Vec::new();
    for part in text.split("${").skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        let value = declared(of, section, &format!("parameter.{name}.default")).unwrap_or("1");
        sql = sql.replace(&format!("${{{name}}}"), value);
    }
    for part in sql.clone().split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default().to_owned();
        sql = sql.replace(&format!("{{{name}}}"), &quoted(&name));
        columns.push(name);
    }
    (sql, columns)
}

/// Rows of a data set for which a calculation gives another number.
pub(super) fn calculated(databases: &Databases<'_>, section: &str, key: &str) -> Search {
    let text = |of| declared(of, section, key).ok_or("the calculation is not known");
    let (old, mut columns) = sql(text(databases.old)?, databases.old, section);
    let (new, more) = sql(text(databases.new)?, databases.new, section);
    columns.extend(more);
    columns.sort();
    columns.dedup();
    let numbers: Vec<Value> = ["1", "2", "3"].map(|one| Some(one.to_owned())).into();
    let all = rows(&vec![numbers; columns.len()], MOST);
    let pairs = all
        .iter()
        .take(20)
        .flat_map(|one| all.iter().take(20).map(move |two| vec![one.clone(), two.clone()]));
    let tables: Vec<Vec<Vec<Value>>> = all.iter().map(|row| vec![row.clone()]).chain(pairs).collect();
    let trial = |formula: &str, table: &Vec<Vec<Value>>| {
        let rows = table.iter().map(|row| {
            let cells = columns.iter().zip(row).map(|(name, value)| {
                format!("{}::numeric AS {}", value.as_deref().unwrap_or("NULL"), quoted(name))
            });
            format!(
                "SELECT {}",
                cells.chain(["0 AS \"row__number\"".to_owned()]).collect::<Vec<_>>().join(", ")
            )
        });
        let rows: Vec<String> = rows.collect();
        Trial::of(format!("SELECT round(({formula})::numeric, 6) FROM ({}) AS t", rows.join(" UNION ALL ")))
    };
    let trials: Vec<Trial> =
        tables.iter().flat_map(|table| [trial(&old, table), trial(&new, table)]).collect();
    let found = databases.server.tried(databases.server.scratch()?, &trials)?;
    if let Some(Found::Failed(error)) = found.iter().find(|one| one.has_failed()) {
        return Err(format!("PostgreSQL does not compute it: {error}"));
    }
    let mut differ = tables.iter().zip(found.chunks(2)).filter(|(_, pair)| pair.first() != pair.last());
    let (table, pair) = differ.next().ok_or("both versions agree on all rows that were tried")?;
    let shown = |row: &Vec<Value>| {
        let row: Vec<(String, Value)> = columns.iter().cloned().zip(row.iter().cloned()).collect();
        shown_row(&row)
    };
    let number = |found: Option<&Found>| {
        let text = found.map(Found::shown).unwrap_or_default();
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    let rows = table.iter().map(shown).collect::<Vec<_>>().join(" ");
    let found: Witness = seen(Exhibit::Visual, String::new(), number(pair.first()), number(pair.last()))?;
    Ok(Witness { text: format!("{} over {rows}", visual(databases.new, section, key)), ..found })
}

/// The first visual that shows a calculation, by its title.
fn visual(of: &Assembly, section: &str, key: &str) -> String {
    let name = key.rsplit('.').next().unwrap_or_default();
    let settings = of.manifest.declared.get(section);
    let uses = |value: &str| value == name || value.contains(&format!("\"{name}\""));
    let mut titles =
        settings.into_iter().flatten().filter(|(_, value)| uses(value)).filter_map(|(key, _)| {
            let rest = key.split_once(".visual.")?.1;
            rest.rsplit_once('.').map(|(title, _)| title.to_owned())
        });
    titles.next().unwrap_or_else(|| name.to_owned())
}
