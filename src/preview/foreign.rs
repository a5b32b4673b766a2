//! The dashboards in a document as a page: a template, a definition, a bundle, of whoever wrote it.
//!
//! In: a document, and rows, either given or generated. Out: a [`Page`]. Without rows, each column that a definition uses
//! gets values of the type that suits the places where it is used; a text gets those that filters and expressions look
//! for, so that not all of them are filtered out. Rows have no other relations. Without a name, a dashboard is called
//! after its place in the document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value, json};
use strataform_dashboard::{Column as Used, Definition, Kind as Known, used_columns};
use strataform_preview::{Column, Dashboard, DataSet, FilteredOut, Kind, Page};
use strataform_rows::{Random, Value as Cell};

use super::given::{self, moment};
use super::sample::words::invented;
use super::{MOST_ROWS, Rows};
use crate::diagnostic::Diagnostic;
use crate::sample::fingerprint;

/// 2026-06-30: the last day of rows.
const LAST_DAY: i32 = 20_634;
/// Days with rows.
const DAYS: u64 = 120;
/// Rows of a data set.
const ROWS: usize = 2_400;
/// The most texts of a column: more would make every group small.
const TEXTS: usize = 12;

/// What is known of each column.
type Columns = BTreeMap<String, Used>;

/// Builds the page of the dashboards, analyses and templates in a document.
///
/// # Errors
/// Every file of rows that is missing, or that does not match its data set.
pub fn page(name: &str, document: &Value, rows: Rows<'_>) -> Result<Page, Vec<Diagnostic>> {
    let (sets, dashboards) = used(name, document);
    let mut faults = Vec::new();
    let mut data = BTreeMap::new();
    for (set, columns) in sets {
        let kinds =
            columns.iter().map(|(name, one)| Column { name: name.clone(), kind: kind_of(name, one.kind) });
        let kinds: Vec<Column> = kinds.collect();
        let made = match rows {
            Rows::Sample { seed } => Ok(sample(&set, &columns, kinds, seed)),
            Rows::Given(folder) => given::rows(folder, &set, kinds),
        };
        match made {
            Ok(rows) => drop(data.insert(set, rows)),
            Err(found) => faults.extend(found),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let whose = match rows {
        Rows::Sample { .. } => "sample rows".to_owned(),
        Rows::Given(folder) => format!("rows from {}", folder.display()),
    };
    let cut = data.values().any(|set| set.total > set.rows.len());
    let cut = if cut { format!(", the first {MOST_ROWS} of each file") } else { String::new() };
    Ok(Page {
        title: name.to_owned(),
        notice: format!("Local preview with {whose}{cut}; not drawn by QuickSight"),
        theme: theme(document),
        dashboards,
        data,
        filtered_out: match rows {
            Rows::Sample { .. } => FilteredOut::All,
            Rows::Given(_) => FilteredOut::Empty,
        },
    })
}

/// The columns of each data set that a document's definitions use, and their dashboards.
fn used(name: &str, document: &Value) -> (BTreeMap<String, Columns>, Vec<Dashboard>) {
    let definitions = strataform_dashboard::definitions(document);
    let mut sets: BTreeMap<String, Columns> = BTreeMap::new();
    let mut dashboards = Vec::new();
    for (at, one) in definitions.iter().enumerate() {
        for (set, columns) in used_columns(one) {
            let set = sets.entry(set).or_default();
            for (column, used) in columns {
                let one = set.entry(column).or_default();
                if one.kind == Known::Unknown {
                    one.kind = used.kind;
                }
                one.words.extend(used.words);
                one.pattern = one.pattern.take().or(used.pattern);
            }
        }
        dashboards.push(dashboard(one, at, name));
    }
    (sets, dashboards)
}

/// The configuration of the document's first theme.
fn theme(document: &Value) -> Value {
    let resources = document["Resources"].as_object().into_iter().flatten();
    let found = resources.map(|(_, one)| one).find(|one| one["Type"] == "AWS::QuickSight::Theme");
    found.map_or(Value::Null, |one| one["Properties"]["Configuration"].clone())
}

fn dashboard(one: &Definition<'_>, at: usize, file: &str) -> Dashboard {
    let mut definition = one.value.clone();
    // The page reads a template as the dashboard that is made from it.
    if let Some(placeholders) = one.value["DataSetConfigurations"].as_array() {
        let declared = placeholders.iter().map(|one| json!({"Identifier": one["Placeholder"]}));
        definition["DataSetIdentifierDeclarations"] = declared.collect();
    }
    let plain = |one: char| if one.is_alphanumeric() || one == '-' || one == '_' { one } else { '-' };
    let name: String = one.name.chars().map(plain).collect();
    let number = if at == 0 { String::new() } else { format!("-{}", at + 1) };
    let is_named = name.chars().any(char::is_alphanumeric) && one.name.parse::<usize>().is_err();
    let title =
        [&one.title, &one.name].into_iter().find(|text| !text.is_empty()).map_or(file, String::as_str);
    Dashboard {
        name: if is_named { format!("{name}{number}") } else { format!("dashboard{number}") },
        title: title.to_owned(),
        definition,
    }
}

/// The type of a column in the page; a guess by its name if no place tells it.
fn kind_of(name: &str, kind: Known) -> Kind {
    match kind {
        Known::Text => Kind::String,
        Known::Integer => Kind::Integer,
        Known::Decimal | Known::Aggregate => Kind::Decimal,
        Known::Date => Kind::DateTime,
        Known::Unknown => {
            let name = name.to_lowercase();
            let ends = |words: &[&str]| {
                name.split(['_', ' ', '-']).next_back().is_some_and(|last| words.contains(&last))
            };
            if ends(&["date", "time", "timestamp", "day", "month", "at"]) {
                Kind::DateTime
            } else if ends(&[
                "cost", "amount", "quantity", "count", "price", "total", "sum", "rate", "number",
            ]) {
                Kind::Decimal
            } else {
                Kind::String
            }
        }
    }
}

fn sample(set: &str, columns: &Columns, kinds: Vec<Column>, seed: u64) -> DataSet {
    let mut random = Random::new(seed ^ fingerprint(set));
    let texts: Vec<Vec<String>> = columns.iter().map(|(name, one)| texts(name, &one.words)).collect();
    let patterns: Vec<Option<&str>> = columns.values().map(|one| one.pattern.as_deref()).collect();
    let mut rows = Vec::with_capacity(ROWS);
    for _ in 0..ROWS {
        // All dates of a row are of the same day, as of one event.
        let day = Cell::Date(LAST_DAY - i32::try_from(random.below(DAYS)).unwrap_or(0));
        let cells = kinds.iter().zip(&texts).zip(&patterns);
        let cells = cells.map(|((column, texts), pattern)| match (column.kind, pattern) {
            (Kind::String, Some(pattern)) => written(&day, pattern).into(),
            _ => cell(column, texts, &day, &mut random),
        });
        rows.push(cells.collect());
    }
    DataSet { columns: kinds, total: rows.len(), rows }
}

/// A day in a pattern.
fn written(day: &Cell, pattern: &str) -> String {
    let text = day.to_string();
    let part = |range| text.get(range).unwrap_or_default();
    let dated = pattern.replace("yyyy", part(0..4)).replace("MM", part(5..7)).replace("dd", part(8..10));
    dated.replace("HH", "00").replace("mm", "00").replace("ss", "00").replace(['\'', 'Z'], "")
}

/// The texts of a column: those that are looked for, and others.
fn texts(name: &str, words: &BTreeSet<String>) -> Vec<String> {
    let name = name.to_lowercase();
    if name.ends_with("id") && words.is_empty() {
        let stem = name.trim_end_matches("id").trim_end_matches(['_', ' ', '-']);
        let stem = if stem.is_empty() { "id" } else { stem };
        return (1..=TEXTS).map(|number| format!("{stem}-{number:04}")).collect();
    }
    let mut all: Vec<String> = words.iter().filter(|word| !word.is_empty()).take(TEXTS).cloned().collect();
    if all.len() < 3 {
        all.extend(invented(&name));
    }
    all
}

/// A value of a row of a day.
fn cell(column: &Column, texts: &[String], day: &Cell, random: &mut Random) -> Value {
    match column.kind {
        Kind::String => {
            let places: Vec<usize> = (0..texts.len()).collect();
            texts.get(random.favorite(&places)).map_or(Value::Null, |text| text.as_str().into())
        }
        Kind::Integer => (1 + random.below(60)).into(),
        Kind::Decimal => {
            #[expect(clippy::cast_precision_loss, reason = "at most 30,000")]
            let cents = (500 + random.below(29_500)) as f64;
            Number::from_f64(cents / 100.0).map_or(Value::Null, Value::Number)
        }
        Kind::DateTime => match day {
            // What is called a time has one.
            Cell::Date(day) if column.name.to_lowercase().contains("time") => {
                let minute = i64::from(*day) * 1_440 + i64::try_from(random.below(1_440)).unwrap_or(0);
                moment(&Cell::Timestamp(minute * 60_000_000)).unwrap_or(Value::Null)
            }
            day => moment(day).unwrap_or(Value::Null),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition() -> Value {
        let column = |name: &str| json!({"DataSetIdentifier": "sales", "ColumnName": name});
        let wells = json!({
            "Category": [{"DateDimensionField": {"FieldId": "a", "Column": column("day")}}],
            "Values": [{"NumericalMeasureField": {"FieldId": "b", "Column": column("double")}}]
        });
        let chart = json!({"FieldWells": {"LineChartAggregatedFieldWells": wells}});
        let list =
            json!({"FilterListConfiguration": {"MatchOperator": "CONTAINS", "CategoryValues": ["PT"]}});
        json!({
            "DataSetIdentifierDeclarations": [{"Identifier": "sales", "DataSetArn": "arn"}],
            "CalculatedFields": [
                {"DataSetIdentifier": "sales", "Name": "double", "Expression": "ifelse({kind} = 'new', {amount} * 2, 0)"}
            ],
            "FilterGroups": [{"FilterGroupId": "g", "Filters": [
                {"CategoryFilter": {"FilterId": "f", "Column": column("country"), "Configuration": list}}]}],
            "Sheets": [{"SheetId": "s", "Name": "Sheet", "Visuals": [
                {"LineChartVisual": {"VisualId": "v", "ChartConfiguration": chart}}]}]
        })
    }

    fn sample_page(document: &Value) -> Page {
        page("sales", document, Rows::Sample { seed: 1 }).expect("sample rows need no file")
    }

    #[test]
    fn columns_get_the_types_and_texts_of_the_places_that_use_them() {
        let page = sample_page(&definition());
        let set = &page.data["sales"];
        let kinds: Vec<(&str, Kind)> = set.columns.iter().map(|one| (one.name.as_str(), one.kind)).collect();
        let wanted = [
            ("amount", Kind::Decimal),
            ("country", Kind::String),
            ("day", Kind::DateTime),
            ("kind", Kind::String),
        ];
        assert_eq!(kinds, wanted);
        let has = |at: usize, text: &str| set.rows.iter().any(|row| row[at] == text);
        assert!(has(1, "PT") && has(3, "new"), "what is looked for is in the rows");
        assert!(set.rows.iter().any(|row| row[1] != "PT"), "and not only that");
    }

    #[test]
    fn texts_that_are_read_as_dates_are_dates() {
        assert_eq!(written(&Cell::Date(LAST_DAY), "dd/MM/yyyy HH:mm"), "30/06/2026 00:00");
        assert_eq!(written(&Cell::Date(LAST_DAY), "yyyy-MM-dd'T'HH:mm:ssZ"), "2026-06-30T00:00:00");
    }

    #[test]
    fn dashboards_have_names_that_an_address_can_have() {
        let name = |document: &Value| {
            let page = sample_page(document);
            page.dashboards.iter().map(|one| format!("{} {}", one.name, one.title)).collect::<Vec<_>>()
        };
        assert_eq!(name(&definition()), ["dashboard sales"]);
        let described = json!({"Name": "All sales", "DashboardId": "a/b c", "Definition": definition()});
        assert_eq!(name(&described), ["a-b-c All sales"]);
        let two = json!({"dashboards": [described, described]});
        assert_eq!(name(&two), ["a-b-c All sales", "a-b-c-2 All sales"]);
        assert_eq!(name(&json!({})), Vec::<String>::new());
    }

    #[test]
    fn the_placeholder_of_a_template_has_rows_of_its_columns() {
        let columns =
            json!([{"Name": "day", "DataType": "DATETIME"}, {"Name": "note", "DataType": "STRING"}]);
        let mut template = definition();
        let sets = template.as_object_mut().expect("it is an object");
        sets.remove("DataSetIdentifierDeclarations");
        let configured = json!([{"Placeholder": "sales", "DataSetSchema": {"ColumnSchemaList": columns}}]);
        sets.insert("DataSetConfigurations".to_owned(), configured);
        let page = sample_page(&json!({"Definition": template}));
        assert!(page.data["sales"].columns.iter().any(|one| one.name == "note"));
        let declared = &page.dashboards[0].definition["DataSetIdentifierDeclarations"];
        assert_eq!(*declared, json!([{"Identifier": "sales"}]));
    }
}
