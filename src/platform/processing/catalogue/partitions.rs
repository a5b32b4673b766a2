//! [`Partitions`]: the partition keys of a table, with partition projection: Athena computes their values.

use strataform_resources::glue::Column;
use strataform_resources::kind::S3Bucket;
use strataform_template::{Expression, Name, Node, Text, Value, part, sub};

use crate::model::{Dataset, Partition, Retention};

/// The partition keys of a table, with partition projection.
#[derive(Default)]
pub(super) struct Partitions {
    /// The partition keys.
    pub(super) keys: Vec<Column>,
    /// The table properties that Athena computes their values from.
    pub(super) parameters: Vec<(String, Node)>,
}

impl Partitions {
    /// The hours of Firehose's deliveries: `year=…/month=…/day=…/hour=…/`.
    pub(super) fn arrival(bucket: &Value<Name<S3Bucket>>, dataset: &Dataset) -> Self {
        const KEYS: [&str; 4] = ["year", "month", "day", "hour"];
        // Firehose sets the folder names. If records have columns of these names, the partition keys get a prefix.
        let taken = KEYS.iter().any(|key| dataset.column(key).is_some());
        let (prefix, template) = if taken {
            let template = sub!(
                "s3://${bucket}/${dataset}/year=${!arrival_year}/month=${!arrival_month}/day=${!arrival_day}/hour=${!arrival_hour}/",
                bucket = bucket,
                dataset = dataset.name.to_string()
            );
            ("arrival_", template)
        } else {
            let template = sub!(
                "s3://${bucket}/${dataset}/year=${!year}/month=${!month}/day=${!day}/hour=${!hour}/",
                bucket = bucket,
                dataset = dataset.name.to_string()
            );
            ("", template)
        };
        let mut out = Self::projected(template);
        for (key, digits, range) in
            [(0, "4", "2024,2044"), (1, "2", "1,12"), (2, "2", "1,31"), (3, "2", "0,23")]
        {
            let name = format!("{prefix}{}", KEYS[key]);
            let parameters = [("type", "integer"), ("digits", digits), ("range", range)];
            let parameters = parameters.map(|(what, value)| (what, value.to_owned()));
            out.add(&name, "Delivery time (UTC)", parameters);
        }
        out
    }

    /// The runs that rejected records: `run=…/`.
    pub(super) fn runs(bucket: &Value<Name<S3Bucket>>, dataset: &Dataset) -> Self {
        let template = sub!(
            "s3://${bucket}/${dataset}/run=${!run}/",
            bucket = bucket,
            dataset = dataset.name.to_string()
        );
        let mut out = Self::projected(template);
        out.add_run();
        out
    }

    /// The runs of the job, and the folders of event times in them: `data/run=…/event_day=…/`. The range of event times
    /// goes back as far as files are kept plus the time by which records can be late, and forward as far as event times can
    /// be ahead, at least one day.
    pub(super) fn events(bucket: &Value<Name<S3Bucket>>, dataset: &Dataset, keep: Retention) -> Self {
        let layout = if dataset.event_time.is_some() { dataset.partition } else { Partition::Whole };
        let key = match layout {
            Partition::Hour => Some(("event_hour", "yyyy-MM-dd-HH", "HOURS")),
            Partition::Day => Some(("event_day", "yyyy-MM-dd", "DAYS")),
            Partition::Month => Some(("event_month", "yyyy-MM", "MONTHS")),
            Partition::Whole => None,
        };
        let mut out = Self::projected(events_template(layout, bucket, dataset.name.to_string()));
        out.add_run();
        if let Some((key, format, unit)) = key {
            let days = keep.curated.as_days() + dataset.late.as_days();
            let ahead = dataset.ahead.as_minutes().div_ceil(24 * 60).max(1);
            let parameters = [
                ("type", "date".to_owned()),
                ("format", format.to_owned()),
                ("range", format!("NOW-{days}DAYS,NOW+{ahead}DAYS")),
                ("interval", "1".to_owned()),
                ("interval.unit", unit.to_owned()),
            ];
            out.add(key, "Event time (UTC)", parameters);
        }
        out
    }

    fn projected(template: Expression) -> Self {
        let parameters = vec![
            ("projection.enabled".to_owned(), "true".into()),
            ("storage.location.template".to_owned(), part(template).into_node()),
        ];
        Self { keys: Vec::new(), parameters }
    }

    /// Run IDs cannot be enumerated, so a query must name those that it reads.
    fn add_run(&mut self) {
        self.add(
            "run",
            "Run ID of the job; every query must filter on it",
            [("type", "injected".to_owned())],
        );
    }

    fn add<const N: usize>(
        &mut self,
        name: &str,
        comment: &'static str,
        parameters: [(&'static str, String); N],
    ) {
        let column =
            Column::new(Value::<Text>::assumed(name.to_owned().into())).type_("string").comment(comment);
        self.keys.push(column);
        for (what, value) in parameters {
            self.parameters.push((format!("projection.{name}.{what}"), value.into()));
        }
    }
}

/// The location of the files of a run and an event time.
fn events_template(layout: Partition, bucket: &Value<Name<S3Bucket>>, dataset: String) -> Expression {
    match layout {
        Partition::Hour => sub!(
            "s3://${bucket}/${dataset}/data/run=${!run}/event_hour=${!event_hour}/",
            bucket = bucket,
            dataset = dataset
        ),
        Partition::Day => sub!(
            "s3://${bucket}/${dataset}/data/run=${!run}/event_day=${!event_day}/",
            bucket = bucket,
            dataset = dataset
        ),
        Partition::Month => sub!(
            "s3://${bucket}/${dataset}/data/run=${!run}/event_month=${!event_month}/",
            bucket = bucket,
            dataset = dataset
        ),
        Partition::Whole => {
            sub!("s3://${bucket}/${dataset}/data/run=${!run}/", bucket = bucket, dataset = dataset)
        }
    }
}
