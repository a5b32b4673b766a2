//! Parameters: values that readers set, each with a control on every sheet.

use strataform_resources::quicksight::{
    DateTimeDefaultValues, DateTimeParameterDeclaration, DecimalDefaultValues, DecimalParameterDeclaration,
    IntegerDefaultValues, IntegerParameterDeclaration, ParameterControl, ParameterDateTimePickerControl,
    ParameterDeclaration, ParameterDropDownControl, ParameterSelectableValues, ParameterSliderControl,
    ParameterSliderControlArgs, ParameterTextFieldControl, ParameterValueType, SheetControlListType,
    StringDefaultValues, StringParameterDeclaration, TimeGranularity,
};

use super::{control, field, text};
use crate::model::{Parameter, ParameterValue, Start};

/// The value of a string parameter that selects all values.
const ALL: &str = "ALL_VALUES";

/// The declaration of a parameter. Each has a default: without one, a filter on the parameter shows nothing, and a date
/// breaks its picker.
pub(super) fn declaration(parameter: &Parameter) -> ParameterDeclaration {
    let declaration = ParameterDeclaration::new();
    let id = parameter.id();
    match &parameter.value {
        ParameterValue::Text { default, many, .. } => {
            let kind = if *many { ParameterValueType::MultiValued } else { ParameterValueType::SingleValued };
            let default = if default.is_empty() { vec![ALL.to_owned()] } else { default.clone() };
            declaration.string_parameter_declaration(
                StringParameterDeclaration::new(id, kind)
                    .default_values(StringDefaultValues::new().static_values(default)),
            )
        }
        ParameterValue::Number { whole: true, default, .. } => declaration.integer_parameter_declaration(
            IntegerParameterDeclaration::new(id, ParameterValueType::SingleValued)
                .default_values(IntegerDefaultValues::new().static_values([whole(*default)])),
        ),
        ParameterValue::Number { whole: false, default, .. } => declaration.decimal_parameter_declaration(
            DecimalParameterDeclaration::new(id, ParameterValueType::SingleValued)
                .default_values(DecimalDefaultValues::new().static_values([*default])),
        ),
        ParameterValue::Date { default } => {
            let values = DateTimeDefaultValues::new();
            let values = match default {
                Start::Day(day) => values.static_values([moment(day)]),
                Start::DaysAgo(days) => values.rolling_date(control::days_ago(*days)),
            };
            declaration.date_time_parameter_declaration(
                DateTimeParameterDeclaration::new(id)
                    .default_values(values)
                    .time_granularity(TimeGranularity::Day),
            )
        }
    }
}

/// An integer, which QuickSight expects without a decimal point.
fn whole(number: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "the platform file accepts integers up to 1e15 here")]
    let number = number as i64;
    number
}

/// The start of a day in UTC.
pub(super) fn moment(day: &str) -> String {
    format!("{day}T00:00:00Z")
}

/// The ID of the control of a parameter on a sheet.
pub(super) fn id(parameter: &Parameter, sheet: &str) -> String {
    format!("parameter-{}-{sheet}", parameter.name.kebab())
}

/// The control of a parameter on a sheet.
pub(super) fn control(parameter: &Parameter, sheet: &str) -> ParameterControl {
    let (id, name) = (id(parameter, sheet), parameter.id());
    let title = match text::line(&parameter.title, 512) {
        // QuickSight rejects an empty title.
        empty if empty.is_empty() => parameter.name.to_string(),
        title => title,
    };
    let made = ParameterControl::new();
    match &parameter.value {
        ParameterValue::Text { many, choices, column, .. } => {
            let kind =
                if *many { SheetControlListType::MultiSelect } else { SheetControlListType::SingleSelect };
            let values = ParameterSelectableValues::new();
            let values = match column {
                Some((source, column)) => {
                    values.link_to_data_set_column(field::column(source, column.as_str()))
                }
                None if choices.is_empty() => {
                    return made.text_field(ParameterTextFieldControl::new(id, name, title));
                }
                None => values.values(choices.clone()),
            };
            made.dropdown(
                ParameterDropDownControl::new(id, name, title).type_(kind).selectable_values(values),
            )
        }
        ParameterValue::Number { slider: Some([least, most, step]), .. } => {
            made.slider(ParameterSliderControl::new(ParameterSliderControlArgs {
                maximum_value: *most,
                minimum_value: *least,
                parameter_control_id: id,
                source_parameter_name: name,
                step_size: *step,
                title,
            }))
        }
        ParameterValue::Number { slider: None, .. } => {
            made.text_field(ParameterTextFieldControl::new(id, name, title))
        }
        ParameterValue::Date { .. } => {
            made.date_time_picker(ParameterDateTimePickerControl::new(id, name, title))
        }
    }
}
