//! The model: a platform in the terms of its data's owners.
//!
//! In: validated values from `spec`. Out: plain data for all later modules. Everything in a [`Platform`] has been
//! checked: references resolve, expressions have types, numbers are within their ranges.
//!
//! It refuses IO, JSON and AWS resource types.

mod aggregate;
mod dashboard;
mod dataset;
pub mod expression;
mod identity;
mod name;
mod origin;
mod platform;
mod policy;
mod quantity;
mod record;
mod settings;
mod types;

#[cfg(test)]
pub(crate) mod fixture;

pub use aggregate::{Aggregate, Dimension, Measure};
pub use dashboard::{
    Aggregation, Bound, Calculation, Color, Condition, Control, ControlStyle, Dashboard, DataSetOptions,
    Field, Filter, GridSize, Growth, Highlight, HighlightTarget, ImportMode, NumberFormat, Orientation,
    Parameter, ParameterValue, PieShape, Refresh, RefreshKind, Sheet, Stacking, Start, Test, Theme, Visual,
    VisualKind, VisualSource, lookback,
};
pub use dataset::{
    Action, Catalogue, Column, CuratedColumn, DELETED, Dataset, Deletions, Derived, Expectation, FileFormat,
    Freshness, Join, ORDER_COLUMNS, Partition, Role, Sensitivity, Source, TableFormat,
};
pub use expression::{Engine, Expression, RollUp, TimeUnit};
pub use identity::{ColumnIdentity, Identities, IdentityFault, Life, ORDER_NUMBERS, Renamed};
pub use name::{Identifier, NameFault, Slug};
pub use origin::{Origin, OriginFault, Places};
pub use platform::{Declarations, Environment, Override, Platform};
pub use policy::{Placed, Policy, PolicyFile, Suppression, SuppressionSpans, parse_day};
pub use quantity::{Period, QuantityFault, Volume};
pub use record::RecordSize;
pub use settings::{
    Alarms, Network, Principals, Retention, Schedule, Settings, Stage, Subnets, Warehouse, WarehouseKind,
};
pub use types::{FieldKind, Type, varchar_bytes};
