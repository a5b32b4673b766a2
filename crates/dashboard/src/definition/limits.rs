//! Maximum numbers of items: the stricter of QuickSight's quotas and the limits in the template's schema.

use crate::finding::{Code, Finding};
use crate::json::At;

/// Maximum number of calculated fields.
pub(super) const CALCULATED: usize = 500;

/// Lists of a definition, and their maximum numbers of items.
const DEFINITION: [(&str, usize); 5] = [
    ("Sheets", 20),
    ("DataSetIdentifierDeclarations", 50),
    ("CalculatedFields", CALCULATED),
    ("ParameterDeclarations", 400),
    ("FilterGroups", 2_000),
];

/// Lists of a sheet.
const SHEET: [(&str, usize); 5] = [
    ("Visuals", 50),
    ("TextBoxes", 100),
    ("Images", 10),
    ("FilterControls", 200),
    ("ParameterControls", 200),
];

pub(super) fn check(definition: &At<'_>, findings: &mut Vec<Finding>) {
    within(definition, &DEFINITION, findings);
    for group in definition.list("FilterGroups") {
        within(&group, &[("Filters", 20)], findings);
    }
    for sheet in definition.list("Sheets") {
        within(&sheet, &SHEET, findings);
    }
}

fn within(at: &At<'_>, limits: &[(&str, usize)], findings: &mut Vec<Finding>) {
    for (key, most) in limits {
        let Some(list) = at.get(key) else { continue };
        let count = list.items().len();
        if count > *most {
            findings.push(Finding::error(
                Code::Limit,
                &list,
                format!("{count} `{key}`; at most {most} are allowed"),
            ));
        }
    }
}
