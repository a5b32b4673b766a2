//! `[dashboard]`, `[data_set]` and `[theme]`. The keys of each kind of visual are in the file of the kind.

use super::super::dashboard::{MOST_SHEETS, ParameterKind};
use super::settings::{DESCRIPTION, TITLE};
use super::{
    CALCULATION, COLOR, DAY_OR_PARAMETER, FONT, IDENTIFIER, Key, PLAIN, Presence, REFERENCE, SHOWN, Section,
    Shape, TEXT, TIME, Want, Words, words,
};
use crate::model::{HighlightTarget, ImportMode};

/// The number of columns of a sheet's grid.
pub(in crate::spec) const GRID_COLUMNS: u32 = 36;

/// The types of parameters.
pub(in crate::spec) const PARAMETER_KINDS: Words<ParameterKind> = words![
    "text" => ParameterKind::Text,
    "integer" => ParameterKind::Integer,
    "decimal" => ParameterKind::Decimal,
    "date" => ParameterKind::Date,
];
/// What a highlight colors.
pub(in crate::spec) const PAINTED: Words<HighlightTarget> =
    words!["text" => HighlightTarget::Text, "background" => HighlightTarget::Background];
/// The import modes of a data set.
pub(in crate::spec) const IMPORT_MODES: Words<ImportMode> =
    words!["spice" => ImportMode::Spice, "direct" => ImportMode::Direct];
/// Minutes between two refreshes; `None` for a daily refresh.
pub(in crate::spec) const INTERVALS: Words<Option<u16>> =
    words!["15 minutes" => Some(15), "30 minutes" => Some(30), "hour" => Some(60), "day" => None];

/// Days that a dashboard can look back.
const LOOKBACK: Shape = Shape::Period { least: 1, most: 3_650 };
/// Two numbers, the second greater than the first.
pub(in crate::spec) const RANGE: Shape = Shape::Pair(&Shape::Number, &Shape::Number);

/// `[dashboard.<name>]`
pub(in crate::spec) const DASHBOARD: &Section = &Section {
    name: "[dashboard.<name>]",
    id: "dashboard",
    about: "A dashboard.",
    any_of: &["visual", "sheet"],
    keys: &[
        Key::optional("title", TITLE, "The title.").unless("derived from the name"),
        Key::optional("description", DESCRIPTION, "A description."),
        Key::optional(
            "analysis",
            Shape::Boolean,
            "Whether to create an analysis, in which authors can try changes.",
        )
        .default("false"),
        Key::optional(
            "parameter",
            Shape::Names { name: &IDENTIFIER, of: &Shape::Table(PARAMETER), least: 0 },
            "Values that readers set.",
        ),
        Key::optional(
            "calculate",
            Shape::Names {
                name: &SHOWN,
                of: &Shape::Names { name: &IDENTIFIER, of: &CALCULATION, least: 0 },
                least: 0,
            },
            "Calculated fields, by the data that they belong to.",
        ),
        Key::optional(
            "controls",
            Shape::List { of: &Shape::Either(&[SHOWN, Shape::Table(CONTROL)]), least: 0, most: None },
            "Columns that readers can filter by.",
        ),
        Key::optional(
            "filter",
            Shape::List { of: &Shape::Table(FILTER), least: 0, most: Some(200) },
            "Filters that apply to every reader.",
        ),
        Key::optional(
            "sheet",
            Shape::List { of: &Shape::Table(SHEET), least: 1, most: Some(MOST_SHEETS) },
            "Sheets, each with its own visuals.",
        ),
        Key::optional("visual", VISUALS, "The visuals: 30 on a sheet, the rest on further sheets.")
            .unless("required without `sheet`"),
    ],
};

const VISUALS: Shape = Shape::List { of: &Shape::Visual, least: 1, most: None };

/// `[[dashboard.<name>.sheet]]`
pub(in crate::spec) const SHEET: &Section = &Section {
    name: "[[dashboard.<name>.sheet]]",
    id: "sheet",
    about: "A sheet of a dashboard.",
    any_of: &[],
    keys: &[
        Key::optional("name", IDENTIFIER, "The name in IDs.").unless("its number"),
        Key::optional("title", TITLE, "The title of its tab; at least two characters.")
            .unless("derived from the name"),
        Key::required("visual", Shape::List { of: &Shape::Visual, least: 1, most: Some(50) }, "Its visuals."),
    ],
};

/// An entry of `[dashboard.<name>.parameter]`
pub(in crate::spec) const PARAMETER: &Section = &Section {
    name: "[dashboard.<name>.parameter] entry",
    id: "parameter",
    about: "A value that readers set.",
    any_of: &[],
    keys: &[
        Key::required("type", Shape::Words(PARAMETER_KINDS.names), "The type of the value."),
        Key::optional("title", TITLE, "The title of its control.").unless("derived from the name"),
        Key::optional(
            "default",
            Shape::Either(&[TEXT, Shape::Number, Shape::List { of: &TEXT, least: 0, most: None }]),
            "The initial value: a text, or a list of texts with `many`; a number; or a day: `2026-01-31`, `\"today\"`, `\"30 days ago\"`.",
        )
        .unless("required; all values with `many`"),
        Key::optional("many", Shape::Boolean, "For a text: whether readers can choose several values.").unless("`false`"),
        Key::optional(
            "choices",
            Shape::Either(&[Shape::List { of: &TEXT, least: 1, most: Some(1_000) }, Shape::Table(CHOICES)]),
            "For a text: what readers choose from.",
        )
        .unless("any text"),
        Key::optional("range", RANGE, "For a number: the ends of a slider.").unless("no slider"),
        Key::optional("step", Shape::Number, "For a number with a range: the step of the slider.")
            .unless("1, or a hundredth of the range"),
    ],
};

/// `choices` of a parameter, if a column holds them
pub(in crate::spec) const CHOICES: &Section = &Section {
    name: "choices of a parameter",
    id: "choices",
    about: "The column that holds the choices of a parameter.",
    any_of: &[],
    keys: &[
        Key::required("data", SHOWN, "An aggregate, a dataset or its live rows."),
        Key::required("column", SHOWN, "A `string` column of it."),
    ],
};

/// An entry of `controls`
pub(in crate::spec) const CONTROL: &Section = &Section {
    name: "controls entry",
    id: "control",
    about: "A filter that readers set; it acts on every visual whose data has a column of that name.",
    any_of: &[],
    keys: &[
        Key::required("column", SHOWN, "The column."),
        Key::optional("title", TITLE, "The title of the control.").unless("derived from the column"),
        Key::optional(
            "as",
            Shape::Words(&["relative", "range", "dropdown", "list", "slider"]),
            "The kind of control: `relative` or `range` for a date, `dropdown` or `list` for a text, `slider` for a number.",
        )
        .unless("`\"relative\"`, `\"dropdown\"`, `\"slider\"`"),
        Key::optional("last", LOOKBACK, "For a date: the initial period.").unless("`\"90 days\"`"),
        Key::optional("range", RANGE, "For a number: the ends of the slider.").unless("`[0, 1000000]`"),
    ],
};

/// `[[dashboard.<name>.filter]]`
pub(in crate::spec) const FILTER: &Section = &Section {
    name: "[[dashboard.<name>.filter]]",
    id: "filter",
    about: "A filter that applies to every reader; exactly one condition.",
    any_of: &["in", "not_in", "at_least", "at_most", "last", "top"],
    keys: &[
        Key::required("data", SHOWN, "An aggregate, a dataset or its live rows, that visuals show."),
        Key::required("column", Shape::Column(Want::Any), "The column that is filtered."),
        Key::optional(
            "in",
            Shape::Either(&[REFERENCE, TEXTS]),
            "Keeps these texts, or those of a parameter.",
        ),
        Key::optional("not_in", TEXTS, "Removes these texts."),
        Key::optional("at_least", BOUND, "The least number or the first day."),
        Key::optional("at_most", BOUND, "The greatest number or the last day."),
        Key::optional("last", LOOKBACK, "Keeps dates within the last period."),
        Key::optional(
            "top",
            Shape::Integer { least: 1, most: 1_000 },
            "Keeps this many texts, those with the greatest sums of `by`.",
        ),
        Key::optional("by", Shape::Column(Want::RowNumber), "The number to sum; required with `top`."),
        Key::optional(
            "visuals",
            Shape::List { of: &IDENTIFIER, least: 0, most: None },
            "The names of the visuals that it applies to.",
        )
        .unless("all visuals of the data"),
    ],
};

const TEXTS: Shape = Shape::List { of: &TEXT, least: 1, most: Some(1_000) };
const BOUND: Shape = Shape::Either(&[Shape::Number, DAY_OR_PARAMETER]);

/// `[[dashboard.<name>.visual]]`: the keys of every kind.
pub(in crate::spec) const VISUAL: &Section = &Section {
    name: "[[dashboard.<name>.visual]]",
    id: "visual",
    about: "A visual.",
    any_of: &[],
    keys: &[
        Key { name: "kind", shape: Shape::Any, presence: Presence::Required, about: "The kind of visual." },
        Key::optional("name", IDENTIFIER, "The name in IDs and in filters.")
            .unless("derived from kind and data"),
        Key::optional("title", TITLE, "The title.").unless("derived from its columns"),
        Key::optional("subtitle", Shape::Line(280), "A line below the title."),
        Key::optional("width", Shape::Integer { least: 1, most: GRID_COLUMNS }, "The width in grid columns.")
            .unless("depends on the kind"),
        Key::optional("height", Shape::Integer { least: 1, most: 21 }, "The height in grid rows.")
            .unless("depends on the kind"),
        Key::optional(
            "at",
            Shape::Pair(
                &Shape::Integer { least: 0, most: GRID_COLUMNS - 1 },
                &Shape::Integer { least: 0, most: 2_000 },
            ),
            "The first column and row in the grid, from 0; requires `width` and `height`.",
        )
        .unless("next to the previous visual while there is room, below those with a place"),
    ],
};

/// An entry of `highlight`
pub(in crate::spec) const HIGHLIGHT: &Section = &Section {
    name: "highlight entry",
    id: "highlight",
    about: "Values that are highlighted with a color; exactly one of `below`, `at_least` and `is`.",
    any_of: &["below", "at_least", "is"],
    keys: &[
        Key::optional("column", SHOWN, "A column that the visual shows.")
            .unless("the one number of the visual"),
        Key::optional("below", Shape::Number, "Numbers below this one."),
        Key::optional("at_least", Shape::Number, "This number and greater ones."),
        Key::optional("is", PLAIN, "This text."),
        Key::required("color", COLOR, "The color."),
        Key::optional(
            "on",
            Shape::Words(PAINTED.names),
            "What is colored; `background` is for tables and pivots.",
        )
        .default("\"text\""),
    ],
};

/// `[data_set.<name>]`
pub(in crate::spec) const DATA_SET: &Section = &Section {
    name: "[data_set.<name>]",
    id: "dataSet",
    about: "The QuickSight data set of an aggregate, a dataset or its live rows: import mode, refreshes, row access.",
    any_of: &[],
    keys: &[
        Key::optional(
            "mode",
            Shape::Words(IMPORT_MODES.names),
            "Whether rows are imported into SPICE, or queried from the warehouse directly.",
        )
        .unless("depends on `freshness`"),
        Key::optional(
            "refresh",
            Shape::List { of: &Shape::Table(REFRESH), least: 0, most: Some(5) },
            "Refreshes of SPICE in addition to those after each load: `{ every = \"day\", at = \"02:30\" }`.",
        ),
        Key::optional("rows", IDENTIFIER, "A dataset that controls who sees which rows."),
    ],
};

/// An entry of `refresh`
pub(in crate::spec) const REFRESH: &Section = &Section {
    name: "refresh entry",
    id: "refresh",
    about: "A refresh of SPICE.",
    any_of: &[],
    keys: &[
        Key::required(
            "every",
            Shape::Words(INTERVALS.names),
            "How often; more often than hourly requires `column`.",
        ),
        Key::optional("at", TIME, "The time of the first refresh of a day, in UTC.").default("\"03:00\""),
        Key::optional("column", IDENTIFIER, "A date column: only rows of the last days are refreshed.")
            .unless("all rows"),
        Key::optional(
            "last",
            LOOKBACK,
            "How far back, with `column`: at least as long as records of the dataset can change rows.",
        )
        .unless("as long as rows can change"),
    ],
};

/// `[theme]`
pub(in crate::spec) const THEME: &Section = &Section {
    name: "[theme]",
    id: "theme",
    about: "Colors and font of the dashboards.",
    any_of: &[],
    keys: &[
        Key::optional("dark", Shape::Boolean, "Whether to use a dark background.").default("false"),
        Key::optional("accent", COLOR, "The color of selected elements and links.").unless("`\"#0072B2\"`"),
        Key::optional(
            "palette",
            Shape::List { of: &COLOR, least: 1, most: Some(20) },
            "Colors of categories, in the order of use.",
        )
        .unless("chosen"),
        Key::optional("font", FONT, "The font.").unless("QuickSight's"),
    ],
};
