//! [`Dashboard`]: what analysts look at.

mod data_set;
mod filter;
mod theme;
mod visual;

pub use data_set::{DataSetOptions, ImportMode, Refresh, RefreshKind};
pub use filter::{Bound, Condition, Filter, Parameter, ParameterValue, Start};
pub use theme::{Color, Theme};
pub use visual::{
    Field, GridSize, Growth, Highlight, NumberFormat, Orientation, Painted, PieShape, Stacking, Test, Visual,
    VisualKind, VisualSource,
};

use super::{FieldKind, Identifier};

/// What analysts look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    /// What it is called in ids.
    pub name: Identifier,
    /// What people read.
    pub title: String,
    /// A sentence for people.
    pub description: Option<String>,
    /// Whether authors get an analysis of it, to try changes in.
    pub analysis: bool,
    /// Values that readers set, and that filters and calculations use.
    pub parameters: Vec<Parameter>,
    /// Columns that are computed when somebody looks.
    pub calculations: Vec<Calculation>,
    /// What readers may filter by.
    pub controls: Vec<Control>,
    /// What is left out whoever looks.
    pub filters: Vec<Filter>,
    /// The tabs, in order; never empty, and none of them is.
    pub sheets: Vec<Sheet>,
}

impl Dashboard {
    /// What is shown on all sheets, in reading order.
    pub fn visuals(&self) -> impl Iterator<Item = &Visual> {
        self.sheets.iter().flat_map(|sheet| &sheet.visuals)
    }

    /// What its visuals show, its calculations compute with and its parameters choose from. Texts show nothing.
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

/// A tab.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// What it is called in ids: its name, or its number where the file has no sheets.
    pub id: String,
    /// What people read on the tab.
    pub title: String,
    /// What is shown, in reading order.
    pub visuals: Vec<Visual>,
}

/// A column that is computed when somebody looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calculation {
    /// The data that it is a column of.
    pub source: VisualSource,
    /// What it is called; no column of the data is called so.
    pub name: Identifier,
    /// An expression of `QuickSight`, with parameters as `QuickSight` calls them.
    pub expression: String,
}

/// A filter that readers set; it acts on every visual whose data has a column of that name.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// The column.
    pub column: Identifier,
    /// What people read.
    pub title: String,
    /// What the column holds.
    pub kind: FieldKind,
    /// How it is set.
    pub style: ControlStyle,
}

/// How a filter is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlStyle {
    /// The last days, weeks or months; at first so many days.
    Relative {
        /// 1 to 3,650.
        days: u16,
    },
    /// From one day to another; at first the last so many days.
    Range {
        /// 1 to 3,650.
        days: u16,
    },
    /// Names to choose from, in a list that opens.
    Dropdown,
    /// Names to choose from, all in sight.
    List,
    /// From one number to another.
    Slider {
        /// The least number.
        least: i64,
        /// The greatest number.
        most: i64,
    },
}
