//! One HTML page that draws QuickSight dashboards from their definition and given rows.
//!
//! In: a [`Page`] – the `Definition` of dashboards as in CloudFormation, a theme, rows. Out: [`html`], a
//! self-contained page: its scripts, styles, charts and rows are in it, and it makes no requests. `README.md` lists
//! what it draws, and how the chart library in `assets` is built.
//!
//! ```
//! let page = strataform_preview::Page {
//!     title: "Sales".to_owned(),
//!     notice: "Local preview".to_owned(),
//!     theme: serde_json::Value::Null,
//!     dashboards: Vec::new(),
//!     data: std::collections::BTreeMap::new(),
//!     filtered_out: strataform_preview::FilteredOut::Empty,
//! };
//! assert!(strataform_preview::html(&page).starts_with("<!doctype html>"));
//! ```

#![warn(clippy::fn_params_excessive_bools)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;

use serde::Serialize;
use serde_json::Value;

/// The contents of a page.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// The title of the page.
    pub title: String,
    /// A notice that this is not a dashboard in QuickSight: "Local preview · sample rows".
    pub notice: String,
    /// The `Configuration` of an `AWS::QuickSight::Theme`, or null.
    pub theme: Value,
    /// The dashboards; the first one is shown first.
    pub dashboards: Vec<Dashboard>,
    /// Rows by the `Identifier` in the dashboards' `DataSetIdentifierDeclarations`.
    pub data: BTreeMap<String, DataSet>,
    /// What a visual shows if no row passes its filters.
    pub filtered_out: FilteredOut,
}

/// What a visual shows if no row passes its filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FilteredOut {
    /// Nothing, as in QuickSight.
    Empty,
    /// All rows, with a note: for generated rows that know nothing of the filters.
    All,
}

/// A dashboard.
#[derive(Debug, Clone, Serialize)]
pub struct Dashboard {
    /// The name in the page's address.
    pub name: String,
    /// The title that readers see.
    pub title: String,
    /// The `Definition` of an `AWS::QuickSight::Dashboard`.
    pub definition: Value,
}

/// The rows of a dataset.
#[derive(Debug, Clone, Serialize)]
pub struct DataSet {
    /// The columns, in the order of each row.
    pub columns: Vec<Column>,
    /// Strings, numbers and nulls; a timestamp is a string, `2026-05-30T13:00:00Z`.
    pub rows: Vec<Vec<Value>>,
    /// How many rows there were before truncation.
    pub total: usize,
}

/// A column.
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The type of its values.
    pub kind: Kind,
}

/// The type of a column in QuickSight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A timestamp.
    DateTime,
}

/// The parts of the chart library that `tools/preview` bundles.
const CHARTS: &[u8] = include_bytes!("../assets/echarts.min.js.gz");
const LICENSES: &str = include_str!("../assets/LICENSES.txt");
const STYLE: &str = include_str!("../assets/page.css");
/// One scope for all of them, in an order in which each has its dependencies when it runs.
const SCRIPTS: [&str; 14] = [
    include_str!("../assets/dates.js"),
    include_str!("../assets/expression.js"),
    include_str!("../assets/functions.js"),
    include_str!("../assets/format.js"),
    include_str!("../assets/model.js"),
    include_str!("../assets/filters.js"),
    include_str!("../assets/dom.js"),
    include_str!("../assets/theme.js"),
    include_str!("../assets/conditions.js"),
    include_str!("../assets/tables.js"),
    include_str!("../assets/kpi.js"),
    include_str!("../assets/charts.js"),
    include_str!("../assets/controls.js"),
    include_str!("../assets/page.js"),
];
/// Nothing is fetched, and no text is executed.
const POLICY: &str =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

/// The complete page as HTML.
#[must_use]
pub fn html(page: &Page) -> String {
    // Serializing these types cannot fail: their keys are strings, and their numbers are JSON numbers.
    let data = serde_json::to_string(page).unwrap_or_default().replace('<', "\\u003c");
    let charts = charts();
    let scripts: usize = SCRIPTS.iter().map(|script| script.len()).sum();
    let mut out =
        String::with_capacity(charts.len() + data.len() + scripts + STYLE.len() + LICENSES.len() + 4096);
    // Writing to a `String` cannot fail.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<noscript>{}: this page draws with JavaScript.</noscript>\n\
         <script type=\"application/json\" id=\"page-data\">{data}</script>\n",
        escaped(&page.title),
        escaped(&page.title),
    );
    let _ = write!(out, "<script>\n/*!\n{}*/\n{}</script>\n", LICENSES.replace("*/", "* /"), inline(&charts));
    out.push_str("<script>\n(() => {\n'use strict';\n");
    for script in SCRIPTS {
        out.push_str(&inline(script));
    }
    out.push_str("})();\n</script>\n</body>\n</html>\n");
    out
}

/// The chart library, decompressed.
fn charts() -> String {
    let mut text = String::new();
    // The bytes are part of the crate, and a test reads them; if they were corrupt, the page would show an error
    // instead of charts.
    if flate2::read::GzDecoder::new(CHARTS).read_to_string(&mut text).is_err() {
        text.clear();
    }
    text
}

/// A script as the content of an element: it must not end the element.
fn inline(script: &str) -> String {
    script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
}

/// A text, escaped for HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
