//! CloudWatch's evaluation of the alarms of templates, over metrics that are known.
//!
//! Periods are aligned to their length, as CloudWatch does for metrics that are stored. An alarm rings when enough of the
//! last periods breach its threshold; a period without data counts as the alarm says.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A time in which an alarm rang, in seconds after the start.
#[derive(Clone, Debug)]
pub(super) struct Rang {
    pub(super) alarm: String,
    #[expect(dead_code, reason = "shown where the assertion fails")]
    pub(super) from: u64,
    /// `None` if it still rings at the end.
    pub(super) until: Option<u64>,
}

/// When the alarms of the templates rang, within the duration in seconds.
pub(super) fn rang(templates: &[Value], metrics: &Value, seconds: u64) -> Vec<Rang> {
    let metrics = metrics.as_array().expect("metrics");
    let mut all = Vec::new();
    for template in templates {
        let resources = template["Resources"].as_object().expect("resources");
        for (id, alarm) in resources.iter().filter(|(_, one)| one["Type"] == "AWS::CloudWatch::Alarm") {
            all.extend(states(id, &alarm["Properties"], template, metrics, seconds));
        }
    }
    all
}

fn states(id: &str, alarm: &Value, template: &Value, metrics: &[Value], seconds: u64) -> Vec<Rang> {
    let period = period(alarm);
    let points = points(alarm, template, metrics, period);
    let number = |name: &str| alarm[name].as_u64().unwrap_or_else(|| panic!("{id}: {name}"));
    let (all, most) = (number("EvaluationPeriods"), number("DatapointsToAlarm"));
    let warm = alarm["WarmUpConfiguration"]["WarmUpPeriodDurationInMinutes"].as_u64().unwrap_or(0) * 60;
    let missing = match alarm["TreatMissingData"].as_str() {
        Some("breaching") => true,
        Some("notBreaching") => false,
        other => panic!("{id}: {other:?}"),
    };
    let breaches = |at: u64| points.get(&at).map_or(missing, |value| breaches(alarm, *value));
    let mut found: Vec<Rang> = Vec::new();
    for last in 0..seconds / period {
        let end = (last + 1) * period;
        let breaching = (0..all).filter(|back| last.checked_sub(*back).map_or(missing, breaches)).count();
        let rings = end > warm && u64::try_from(breaching).unwrap_or(u64::MAX) >= most;
        let open = found.last_mut().filter(|one| one.until.is_none());
        match (rings, open) {
            (true, None) => found.push(Rang { alarm: id.to_owned(), from: end, until: None }),
            (false, Some(one)) => one.until = Some(end),
            (true, Some(_)) | (false, None) => {}
        }
    }
    found
}

fn breaches(alarm: &Value, value: f64) -> bool {
    let threshold = alarm["Threshold"].as_f64().expect("a threshold");
    match alarm["ComparisonOperator"].as_str() {
        Some("GreaterThanThreshold") => value > threshold,
        Some("LessThanThreshold") => value < threshold,
        other => panic!("{other:?}"),
    }
}

fn period(alarm: &Value) -> u64 {
    let of = alarm["Metrics"].as_array().map_or(&alarm["Period"], |metrics| {
        let periods = metrics
            .iter()
            .map(|one| if one["Period"].is_null() { &one["MetricStat"]["Period"] } else { &one["Period"] });
        periods.clone().find(|one| !one.is_null()).expect("a period")
    });
    of.as_u64().expect("a period")
}

/// The value of each period that has data, by the number of the period.
fn points(alarm: &Value, template: &Value, metrics: &[Value], period: u64) -> BTreeMap<u64, f64> {
    let Some(queries) = alarm["Metrics"].as_array() else {
        return series(alarm, &alarm["Statistic"], template, metrics, period);
    };
    match queries[0]["Expression"].as_str().expect("an expression") {
        "IF(whole > 0, 100 * part / whole, 0)" => {
            let of = |id: &str| {
                let query = queries.iter().find(|one| one["Id"] == id).expect("a query");
                series(
                    &query["MetricStat"]["Metric"],
                    &query["MetricStat"]["Stat"],
                    template,
                    metrics,
                    period,
                )
            };
            let part = of("part");
            let share = |at: u64, whole: f64| {
                let part = part.get(&at).copied().unwrap_or_default();
                if whole > 0.0 { 100.0 * part / whole } else { 0.0 }
            };
            of("whole").into_iter().map(|(at, whole)| (at, share(at, whole))).collect()
        }
        sql => insights(sql, metrics, period),
    }
}

/// A query of Metrics Insights: `SELECT SUM(Name) FROM SCHEMA("Namespace", …) WHERE Key = 'value'`.
fn insights(sql: &str, metrics: &[Value], period: u64) -> BTreeMap<u64, f64> {
    let between = |from: &str, to: &str| {
        let rest = sql.split_once(from).unwrap_or_else(|| panic!("{sql}")).1;
        rest.split_once(to).unwrap_or_else(|| panic!("{sql}")).0.to_owned()
    };
    let statistic = match between("SELECT ", "(").as_str() {
        "SUM" => json!("Sum"),
        "MAX" => json!("Maximum"),
        other => panic!("{other}"),
    };
    let (name, namespace) = (between("(", ")"), between("SCHEMA(\"", "\""));
    let (key, value) = (between("WHERE ", " ="), between("= '", "'"));
    let chosen = metrics.iter().filter(|one| {
        one["namespace"] == namespace && one["name"] == name && one["dimensions"][&key] == value
    });
    gathered(chosen, &statistic, period)
}

/// A metric, by its namespace, name and dimensions.
fn series(
    metric: &Value,
    statistic: &Value,
    template: &Value,
    metrics: &[Value],
    period: u64,
) -> BTreeMap<u64, f64> {
    let dimensions = metric["Dimensions"].as_array().expect("dimensions").iter();
    let dimensions: BTreeMap<&str, String> = dimensions
        .map(|one| (one["Name"].as_str().expect("a name"), resolved(&one["Value"], template)))
        .collect();
    let dimensions = json!(dimensions);
    let chosen = metrics.iter().filter(|one| {
        one["namespace"] == metric["Namespace"]
            && one["name"] == metric["MetricName"]
            && one["dimensions"] == dimensions
    });
    gathered(chosen, statistic, period)
}

/// The name of a resource that a dimension refers to: the simulation has names in place of ARNs.
fn resolved(value: &Value, template: &Value) -> String {
    let id = match value {
        Value::String(text) => return text.clone(),
        other => other["Ref"].as_str().or_else(|| other["Fn::GetAtt"][0].as_str()).expect("a reference"),
    };
    let properties = &template["Resources"][id]["Properties"];
    properties["StateMachineName"].as_str().unwrap_or(id).to_owned()
}

fn gathered<'a>(
    metrics: impl Iterator<Item = &'a Value>,
    statistic: &Value,
    period: u64,
) -> BTreeMap<u64, f64> {
    let mut values: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for one in metrics {
        let at = one["at"].as_f64().expect("a time");
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of two days")]
        values.entry(at as u64 / period).or_default().push(one["value"].as_f64().expect("a value"));
    }
    let of = |values: Vec<f64>| match statistic.as_str() {
        Some("Sum") => values.iter().sum(),
        Some("Maximum") => values.iter().copied().fold(f64::MIN, f64::max),
        other => panic!("{other:?}"),
    };
    values.into_iter().map(|(at, values)| (at, of(values))).collect()
}
