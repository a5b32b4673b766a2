//! The keys of the grammar. The reader takes no key that is not here, so that this list cannot drift.

/// A table of the platform file whose keys are fixed.
#[derive(Debug)]
pub struct Section {
    /// How the documentation calls it.
    pub name: &'static str,
    /// The keys.
    pub keys: &'static [&'static str],
}

macro_rules! sections {
    ($($constant:ident = $name:literal [$($key:literal)*];)*) => {
        $(pub(super) const $constant: &Section = &Section { name: $name, keys: &[$($key),*] };)*

        /// Every table of the grammar whose keys are fixed, with its keys.
        pub const GRAMMAR: &[&Section] = &[$($constant),*];
    };
}

sections! {
    ROOT = "file" ["platform" "retention" "alarms" "network" "warehouse" "principals" "tags" "environment"
        "dataset" "aggregate" "dashboard" "data_set" "theme" "override"];
    PLATFORM = "[platform]" ["name" "title" "description" "owner" "volume" "retention" "schedule" "divisions"];
    RETENTION = "[retention]" ["stream" "raw" "curated" "quarantine" "logs"];
    ALARMS = "[alarms]" ["emails"];
    NETWORK = "[network]" ["cidr" "zones" "vpc" "subnets"];
    WAREHOUSE = "[warehouse]" ["kind" "database" "base" "most" "daily_limit" "node_type" "nodes"];
    PRINCIPALS = "[principals]" ["authors" "readers"];
    ENVIRONMENT = "[environment.<name>]" ["account" "region" "protected" "volume" "schedule" "retention"
        "alarms" "network" "warehouse" "principals" "tags" "override"];
    DATASET = "[dataset.<name>]" ["description" "source" "format" "delimiter" "role" "key" "event_time"
        "partition" "table_format" "freshness" "late" "catalogue" "volume" "schedule" "column" "derive"
        "expect" "join"];
    COLUMN = "[dataset.<name>.column] entry" ["type" "sensitive" "description"];
    DERIVE = "[dataset.<name>.derive] entry" ["sql" "description"];
    EXPECT = "[dataset.<name>.expect] entry" ["sql" "action" "threshold"];
    JOIN = "[dataset.<name>.join] entry" ["to" "on"];
    AGGREGATE = "[aggregate.<name>]" ["description" "from" "where" "group_by" "measure"];
    DASHBOARD = "[dashboard.<name>]" ["title" "description" "analysis" "parameter" "calculate" "controls" "filter"
        "sheet" "visual"];
    SHEET = "[[dashboard.<name>.sheet]]" ["name" "title" "visual"];
    PARAMETER = "[dashboard.<name>.parameter] entry" ["type" "title" "default" "many" "choices" "range" "step"];
    CHOICES = "choices of a parameter" ["data" "column"];
    CONTROL = "controls entry" ["column" "title" "as" "last" "range"];
    FILTER = "[[dashboard.<name>.filter]]" ["data" "column" "in" "not_in" "at_least" "at_most" "last" "top" "by"
        "visuals"];
    VISUAL = "[[dashboard.<name>.visual]]" ["kind" "name" "title" "subtitle" "data" "width" "height" "at" "format"
        "x" "y" "color" "stacked" "orientation" "area" "forecast" "drill" "value" "trend" "target" "range" "bars"
        "lines" "rows" "columns" "values" "category" "size" "shade" "from" "to" "weight" "bins" "highlight" "text"];
    HIGHLIGHT = "highlight entry" ["column" "below" "at_least" "is" "color" "on"];
    DATA_SET = "[data_set.<name>]" ["mode" "refresh" "rows"];
    REFRESH = "refresh entry" ["every" "at" "column" "last"];
    THEME = "[theme]" ["dark" "accent" "palette" "font"];
}

/// What every visual takes.
pub(super) const VISUAL_COMMON: &[&str] = &["kind", "name", "title", "subtitle", "width", "height", "at"];

/// The kinds of visuals, with the keys that each takes beside the common ones.
pub const VISUALS: &[(&str, &[&str])] = &[
    ("kpi", &["data", "format", "value", "trend", "target", "highlight"]),
    ("line", &["data", "format", "x", "y", "color", "area", "forecast", "drill"]),
    ("bar", &["data", "format", "x", "y", "color", "stacked", "orientation", "drill"]),
    ("combo", &["data", "format", "x", "bars", "lines", "drill"]),
    ("pie", &["data", "format", "x", "y", "drill"]),
    ("donut", &["data", "format", "x", "y", "drill"]),
    ("funnel", &["data", "format", "x", "y"]),
    ("table", &["data", "format", "columns", "highlight"]),
    ("pivot", &["data", "format", "rows", "columns", "values", "highlight"]),
    ("heat_map", &["data", "format", "rows", "columns", "value"]),
    ("scatter", &["data", "format", "x", "y", "category", "size"]),
    ("gauge", &["data", "format", "value", "target", "range", "highlight"]),
    ("tree_map", &["data", "format", "x", "y", "shade", "drill"]),
    ("sankey", &["data", "format", "from", "to", "weight"]),
    ("histogram", &["data", "format", "x", "bins"]),
    ("waterfall", &["data", "format", "x", "y", "color"]),
    ("text", &["text"]),
];
