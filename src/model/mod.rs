//! The model: what a platform is, in the words of the people who have the data.
//!
//! In: validated values that `spec` makes. Out: plain data that every later room reads. Everything in a
//! [`Platform`] has been checked: each reference resolves, each expression has a type, each number is
//! within its range.
//!
//! It refuses IO, JSON and the words of AWS.

mod aggregate;
mod dashboard;
mod dataset;
pub mod expression;
mod name;
mod origin;
mod platform;
mod quantity;
mod settings;
mod types;

#[cfg(test)]
pub(crate) mod fixture;

pub use aggregate::{Aggregate, Dimension, Measure};
pub use dashboard::{
    Bound, Calculation, Color, Condition, Control, ControlStyle, Dashboard, DataSetOptions, Field, Filter,
    GridSize, Growth, Highlight, ImportMode, NumberFormat, Orientation, Painted, Parameter, ParameterValue,
    PieShape, Refresh, RefreshKind, Sheet, Stacking, Start, Test, Theme, Visual, VisualKind, VisualSource,
};
pub use dataset::{
    Action, Catalogue, Column, CuratedColumn, Dataset, Derived, Expectation, FileFormat, Freshness, Join,
    ORDER_COLUMNS, Partition, Role, Sensitivity, Source, TableFormat,
};
pub use expression::{Engine, Expression};
pub use name::{Identifier, NameFault, Slug};
pub use origin::{Origin, OriginFault, Places};
pub use platform::{Environment, Override, Platform};
pub use quantity::{Period, QuantityFault, Volume};
pub use settings::{
    Alarms, Network, Principals, Retention, Schedule, Settings, Stage, Subnets, Warehouse, WarehouseKind,
};
pub use types::{FieldKind, Type, varchar_bytes};
