//! Reads `[environment.<name>]`: where the platform runs, and what is different there.

use super::value::{Text, Value};
use super::{code, grammar, overrides, policy, region, scalar, settings};
use crate::diagnostic::Diagnostic;
use crate::model::{Declarations, Environment, Override, Schedule, Settings, Slug, Suppression};

/// What applies to every environment, in addition to its own.
pub(super) struct Common {
    pub(super) overrides: Vec<Override>,
    pub(super) suppressions: Vec<Suppression>,
}

/// Reads the environment of an entry of `[environment]`.
pub(super) fn read(
    name: &Text<'_>,
    value: &Value<'_>,
    base: &Settings,
    common: &Common,
) -> Option<Environment> {
    let slug = scalar::slug(name, Slug::LONGEST_ENVIRONMENT);
    let mut table = value.table(grammar::ENVIRONMENT)?;
    table.span = name.span.clone();
    let mut settings = settings::overlay(base, &table);
    if let Some(volume) = table.get("volume").and_then(|value| scalar::volume(&value)) {
        settings.volume = volume;
    }
    if let Some(schedule) = table.get("schedule").and_then(|value| default_schedule(&value)) {
        settings.schedule = schedule;
    }
    let account = table.get("account").and_then(|value| account(&value));
    let region = table.required("region", "region = \"eu-west-1\"").and_then(|value| {
        let region = region::read(&value)?;
        check_partition(&value, &region, &settings);
        Some(region)
    });
    let protected = table.get("protected").and_then(|value| value.boolean()).unwrap_or(false);
    let mut all = common.overrides.clone();
    all.extend(overrides::read(&table));
    let mut suppressions = common.suppressions.clone();
    suppressions.extend(policy::suppressions(&table));
    Some(Environment {
        name: slug?,
        account,
        region: region?,
        protected,
        base_volume: base.volume,
        settings,
        overrides: all,
        suppressions,
        declared: Declarations::new(),
    })
}

/// Reads a schedule for datasets, including streams, that do not set one.
pub(super) fn default_schedule(value: &Value<'_>) -> Option<Schedule> {
    let schedule = scalar::schedule(value)?;
    if schedule != Schedule::OnArrival {
        return Some(schedule);
    }
    let summary = "`on arrival` requires a dataset of files";
    let fault = Diagnostic::error(code::ON_ARRIVAL, value.span.clone(), summary);
    value.fault(fault.because("the schedule applies to streams too").help("set it in `[dataset.…]` instead"));
    None
}

fn account(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    if text.text.len() == 12 && text.text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.text.to_owned());
    }
    let summary = format!("invalid AWS account ID `{}`", text.text.escape_debug());
    let fault = Diagnostic::error(code::ACCOUNT, text.span.clone(), summary);
    value.fault(fault.help("write twelve digits in quotes, as in `\"111122223333\"`"));
    None
}

/// Checks that the groups of an environment are in the partition of its Region.
fn check_partition(value: &Value<'_>, region: &str, settings: &Settings) {
    let Some(identity) = settings.principals.identity_region.as_deref() else { return };
    let (own, other) = (region::partition(region), region::partition(identity));
    if own == other {
        return;
    }
    let summary = format!("`identity_region` is `{identity}`, in another partition than `{region}`");
    let fault = Diagnostic::error(code::IDENTITY_PARTITION, value.span.clone(), summary);
    value.fault(
        fault
            .because(format!("an account belongs to one partition: `{own}` or `{other}`"))
            .help("set `principals.identity_region` in the environment"),
    );
}
