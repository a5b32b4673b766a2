//! A trigger has what starts it.

use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) TRIGGER_KIND "GEN0568" Error
        "A scheduled trigger has no schedule, or a conditional one no predicate."
        "CreateTrigger fails: `Schedule` is required for the type SCHEDULED, and `Predicate` for CONDITIONAL (Glue API, CreateTrigger)."
        Template {
            bad: r"
Resources:
  Nightly: {Type: AWS::Glue::Trigger, Properties: {Type: SCHEDULED, Actions: [{JobName: orders}]}}
",
            good: r#"
Resources:
  Nightly: {Type: AWS::Glue::Trigger, Properties: {Type: SCHEDULED, Schedule: "cron(0 3 * * ? *)", Actions: [{JobName: orders}]}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for trigger in world.of_type("AWS::Glue::Trigger") {
        let Some(kind) = trigger.literal("Type") else { continue };
        let required = match kind {
            "SCHEDULED" => "Schedule",
            "CONDITIONAL" => "Predicate",
            _ => continue,
        };
        if trigger.get(required).is_none() {
            let about = words(
                format!("the trigger `{}` is of type {kind} and has no `{required}`", trigger.id),
                format!("Glue requires `{required}` for this type"),
                format!("set `{required}`, or change `Type`"),
            );
            report.property(TRIGGER_KIND, trigger, "Type", about);
        }
    }
}
