//! The local AWS is as strict as AWS where it was too kind: it refuses what the reviews of AWS found in the output of an
//! earlier commit, and accepts today's.
//!
//! `before/` has the smallest piece of that commit's output (0f07229) that shows each finding, by the number that the review
//! gives it. A trial deploys a piece, or runs it; the same trial then runs what `gen` renders today. With the rule of the
//! local AWS turned off, the old piece passes: the rule refuses it, and nothing else.

mod account;
mod dashboards;
mod ingest;
mod more;
mod network;
mod output;
mod quicksight;
mod warehouse;

use std::sync::Mutex;
use std::thread;

use account::Account;
use output::Output;

use super::local::{Server, server};
use crate::tool::spark;

/// What a review of the output found.
struct Finding {
    /// The review, and the number in it.
    name: &'static str,
    /// The rule of the local AWS that refuses it, by its name in `strict.py`; none where it always has.
    rule: Option<&'static str>,
    /// A part of the message.
    says: &'static str,
    /// Deploys or runs a piece of an output: the message with which it is refused.
    trial: fn(&Account, Output) -> Result<(), String>,
    /// The region.
    region: &'static str,
}

const FINDINGS: [Finding; 14] = [
    Finding {
        name: "ingest 2",
        rule: Some("lifecycle"),
        says: "NoSuchKey: The specified key does not exist.",
        trial: ingest::lifecycle_of_tables,
        region: "eu-central-1",
    },
    Finding {
        name: "ingest 3",
        rule: Some("tables"),
        says: "Input Glue table is not an iceberg table: glue_catalog.retail_orders_dev.order_line",
        trial: ingest::update_of_an_iceberg_table,
        region: "eu-central-1",
    },
    Finding {
        name: "ingest 5",
        rule: Some("throughput"),
        says: "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-0000000000",
        trial: ingest::a_second_at_the_peak,
        region: "eu-west-1",
    },
    Finding {
        name: "ingest 16",
        rule: Some("names"),
        says: "Resource of type 'AWS::",
        trial: ingest::creation_after_deletion,
        region: "eu-west-1",
    },
    Finding {
        name: "warehouse 1",
        rule: Some("quicksight-principals"),
        says: "One or more principals in resource permissions list are not valid QuickSight users",
        trial: dashboards::groups_in_another_region,
        region: "eu-west-1",
    },
    Finding {
        name: "warehouse 2",
        rule: Some("quicksight-secrets"),
        says: "PERMISSION_DENIED: ",
        trial: dashboards::import_with_a_secret,
        region: "eu-west-1",
    },
    Finding {
        name: "warehouse 3",
        rule: Some("warehouse-usage"),
        says: "ERROR: permission denied for schema mart",
        trial: warehouse::reader_of_a_view,
        region: "eu-west-1",
    },
    Finding {
        name: "warehouse 5",
        rule: None,
        says: "QuickSight.ResourceNotFoundException",
        trial: dashboards::refresh_before_the_dashboards,
        region: "eu-west-1",
    },
    Finding {
        name: "warehouse 6, five zones",
        rule: Some("blocks"),
        says: "Template error: Fn::Select cannot select nonexistent value at index 4",
        trial: network::five_zones,
        region: "us-east-1",
    },
    Finding {
        name: "warehouse 6, us-west-1",
        rule: Some("zones"),
        says: "Template error: Fn::Select cannot select nonexistent value at index 2",
        trial: network::two_zones,
        region: "us-west-1",
    },
    Finding {
        name: "warehouse 8",
        rule: Some("warehouse-limit"),
        says: "ERROR: Query reached usage limit",
        trial: warehouse::a_day_of_auto_refresh,
        region: "eu-west-1",
    },
    Finding {
        name: "warehouse 15",
        rule: Some("warehouse-projection"),
        says: "lake.event has no rows",
        trial: warehouse::rows_of_the_lake,
        region: "eu-west-1",
    },
    Finding {
        name: "warehouse 22",
        rule: Some("warehouse-audit"),
        says: "/aws/redshift/clickstream-dev/connectionlog never expires",
        trial: warehouse::audit_logs,
        region: "eu-west-1",
    },
    Finding {
        name: "warehouse 25",
        rule: None,
        says: "the file has 17 columns, but the table has 18",
        trial: warehouse::load_after_a_new_column,
        region: "eu-west-1",
    },
];

/// Tries a finding; returns its line in the list, or what is wrong.
fn tried(server: &Server, number: usize, finding: &Finding) -> Result<String, String> {
    let account = |what: &str| {
        let made = Account::new(server, &format!("strict-{number}-{what}"), finding.region);
        if what == "off" {
            made.settle(&serde_json::json!({"off": finding.rule.as_slice()}));
        }
        made
    };
    let wrong = |what: &str, cause: &str| Err(format!("{}: {what}: {cause}", finding.name));
    let message = match (finding.trial)(&account("before"), Output::Before) {
        Err(message) if message.contains(finding.says) => message,
        Err(message) => return wrong("the old output is refused with another message", &message),
        Ok(()) => return wrong("the old output", "is accepted"),
    };
    if finding.rule.is_some()
        && let Err(message) = (finding.trial)(&account("off"), Output::Before)
    {
        return wrong("without the rule, the old output is refused", &message);
    }
    if let Err(message) = (finding.trial)(&account("today"), Output::Today) {
        return wrong("today's output is refused", &message);
    }
    Ok(format!("{}: {message}", finding.name))
}

#[test]
fn the_output_before_the_reviews_is_refused_and_todays_passes() {
    let (Some(server), Some(_)) = (server(), spark()) else { return };
    let open = Mutex::new(FINDINGS.iter().enumerate().collect::<Vec<_>>());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let next = open.lock().unwrap().pop();
                    let Some((number, finding)) = next else { break };
                    let result = tried(server, number, finding);
                    done.lock().unwrap().push((number, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    let (mut list, mut wrong) = (Vec::new(), Vec::new());
    for (_, result) in done {
        match result {
            Ok(line) => list.push(line),
            Err(cause) => wrong.push(cause),
        }
    }
    println!("the local AWS refuses the output of 0f07229 for:\n{}", list.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(list.len(), FINDINGS.len());
}
