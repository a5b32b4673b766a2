//! [`Dashboard`]: sheets of visuals for analysts.

mod aggregation;
mod data_set;
mod filter;
mod theme;
mod visual;

pub use aggregation::Aggregation;
pub use data_set::{DataSetOptions, ImportMode, Refresh, RefreshKind, lookback};
pub use filter::{Bound, Condition, Filter, Parameter, ParameterValue, Start};
pub use theme::{Color, Theme};
pub use visual::{
    Field, GridSize, Growth, Highlight, HighlightTarget, NumberFormat, Orientation, PieShape, Stacking, Test,
    Visual, VisualKind, VisualSource,
};

use super::{FieldKind, Identifier};

/// A dashboard.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    /// The name in IDs.
    pub name: Identifier,
    /// The title that readers see.
    pub title: String,
    /// A description for people.
    pub description: Option<String>,
    /// Whether authors get an analysis of it, to try changes in.
    pub analysis: bool,
    /// Values that readers can set and that filters and calculations use.
    pub parameters: Vec<Parameter>,
    /// Columns that are computed at every view.
    pub calculations: Vec<Calculation>,
    /// Filters that readers can set.
    pub controls: Vec<Control>,
    /// Filters for all readers.
    pub filters: Vec<Filter>,
    /// The sheets, in order. There is at least one, and none is empty.
    pub sheets: Vec<Sheet>,
}

impl Dashboard {
    /// The visuals of all sheets, in reading order.
    pub fn visuals(&self) -> impl Iterator<Item = &Visual> {
        self.sheets.iter().flat_map(|sheet| &sheet.visuals)
    }

    /// The sources of its visuals, calculations and parameter choices. Text visuals have none.
    pub fn sources(&self) -> impl Iterator<Item = &VisualSource> {
        let visuals = self.visuals().filter(|one| !matches!(one.kind, VisualKind::Text { .. }));
        let choices = self.parameters.iter().filter_map(|parameter| match &parameter.value {
            ParameterValue::Text { column: Some((source, _)), .. } => Some(source),
            _ => None,
        });
        let computed = self.calculations.iter().map(|one| &one.source);
        visuals.map(|visual| &visual.source).chain(choices).chain(computed)
    }
}

/// A sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The name in IDs, or the sheet's number if the file declares no sheets.
    pub id: String,
    /// The title on the tab.
    pub title: String,
    /// The visuals, in reading order.
    pub visuals: Vec<Visual>,
}

/// A column that is computed at every view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calculation {
    /// The data that it belongs to.
    pub source: VisualSource,
    /// The name; no column of the data has the same name.
    pub name: Identifier,
    /// A `QuickSight` expression, with parameters by their names in `QuickSight`.
    pub expression: String,
}

/// A filter that readers can set; it applies to every visual whose data has a column with that name.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// The column.
    pub column: Identifier,
    /// The title that readers see.
    pub title: String,
    /// The type of the column.
    pub kind: FieldKind,
    /// How readers set it.
    pub style: ControlStyle,
}

/// How readers set a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlStyle {
    /// The last days, weeks or months; initially, a number of days.
    Relative {
        /// 1 to 3,650.
        days: u16,
    },
    /// From one day to another; initially, the last days.
    Range {
        /// 1 to 3,650.
        days: u16,
    },
    /// A dropdown list of values.
    Dropdown,
    /// A list of values, all visible.
    List,
    /// A range of numbers.
    Slider {
        /// The minimum.
        least: i64,
        /// The maximum.
        most: i64,
    },
}
