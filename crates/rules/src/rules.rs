//! The rules, a file each.

use crate::finding::{Finding, Report};
use crate::world::World;
use strataform_diagnostic::Code;

mod access;
mod alarm;
mod catalog;
mod dashboard;
mod delivery;
mod flow;
mod job;
mod keys;
mod name;
mod network;
mod storage;
mod stream;
mod warehouse;

macro_rules! rules {
    ($(#[$attribute:meta] $codes:ident { $($room:ident { $($rule:ident),* $(,)? })* })*) => {
        $(
            #[$attribute]
            pub const $codes: &[&[Code]] = &[$($($room::$rule::CODES),*),*];
        )*

        /// What breaks a rule, in the order of stacks, places and codes.
        #[must_use]
        pub fn check(world: &World) -> Vec<Finding> {
            let mut report = Report::default();
            $($($($room::$rule::check(world, &mut report);)*)*)*
            report.found.sort();
            report.found.dedup();
            report.found
        }
    };
}

rules! {
    /// The codes of the rules of streams, storage and processing, a list for each file.
    DATA_CODES {
        job {
            bookmark_runs, capacity_version, continuous_log, half_workers, job_timeout, shell_capacity,
            shell_workers, streaming_worker, timeout_limit, trigger_kind, worker_version, workers_capacity
        }
        flow {
            cron, dead_letter, express_sync, fifo_name, log_destination, missing_state, state_end,
            substitution, target_admission, target_call, target_role, task_call, topic_managed_key,
            unreachable_state, visibility
        }
        alarm {
            alarm_action, datapoints, dimension_name, dimension_value, evaluation_span, idle_breach,
            period, retention, statistic
        }
        delivery {
            conversion_buffer, conversion_compression, conversion_schema, conversion_table, delimiter,
            error_folder, error_prefix, extraction, logging, one_destination, partition_buffer, partition_key,
            prefix_end, redshift_compression, source_encryption, source_type, table_partitions, timestamp_pattern,
        }
        stream { failure_destination, on_demand_shards, record_age, shared_readers, starting_position }
        catalog {
            column_type, csv_delimiter, database_order, double_column, double_key, format, key_type,
            location_form, location_overlap, location_slash, location_template, partition_values,
            projection_digits, projection_key, projection_off, projection_range, projection_type,
            projection_value, type_syntax,
        }
        storage {
            archived_table, bridge_events, bucket_acl, expiry_order, iceberg_lifecycle, log_bucket_key, noncurrent,
            notification, policy_bucket, transition_age,
        }
    }
    /// The codes of the rules of access, warehouse and dashboards, a list for each file.
    USE_CODES {
        name {
            bucket_characters, duplicate_name, duplicate_tag, environment, length, lower_case,
            reserved_tag
        }
        access {
            confused_deputy, consumer, delivery_bucket, delivery_schema, delivery_source, job_script, pass_role, trust,
            effect, flow_log, job_argument, listing, vpc_connection,
        }
        dashboard {
            rules_column, distinct_sum, connection_vpc, refresh_missing, schedule_data_set, arn_target, connection_network, dashboard_unseen, private_source, rules_user,
            schedule_order, ssl_off, ssl_refused, visual_column,
        }
        keys { administrator, destination, log_group, objects, queue, source, topic }
        network {
            cidr_select, endpoint_port, glue_group, glue_storage, routing_storage, subnet_overlap, subnet_range,
            warehouse_egress, warehouse_port, workgroup_subnets,
        }
        warehouse {
            usage_limit, admin_password, audit_log, base_capacity, data_credentials, default_role, max_capacity, namespace_name, namespace_order,
            role_unattached, scheduled_role, secret_target, stream_role, warehouse_open, workgroup_network,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;
    use strataform_diagnostic::Example;
    use strataform_template::Template;

    use super::*;

    fn all() -> Vec<Code> {
        [DATA_CODES, USE_CODES].concat().concat()
    }

    fn found(text: &str) -> BTreeSet<String> {
        let template = Template::parse(text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
        let json = template.to_json().expect("an example can be rendered");
        let value: Value = serde_json::from_str(&json).expect("it is JSON");
        check(&World::of_template(value)).into_iter().map(|one| one.code.to_string()).collect()
    }

    #[test]
    fn each_bad_example_breaks_its_rule_alone_and_each_good_one_none() {
        let mut wrong = Vec::new();
        for code in all() {
            let Example::Template { bad, good } = code.explanation().example else {
                panic!("{code}: a rule has two templates");
            };
            if found(bad) != BTreeSet::from([code.to_string()]) {
                wrong.push(format!("the bad example of {code}: {:?}", found(bad)));
            }
            if !found(good).is_empty() {
                wrong.push(format!("the good example of {code}: {:?}", found(good)));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn every_file_is_a_rule() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let mut files = 0;
        for room in std::fs::read_dir(folder).expect("rooms").map(|room| room.expect("a room").path()) {
            if room.is_dir() {
                files += std::fs::read_dir(room).expect("rules").count() - 1;
            }
        }
        assert_eq!(files, all().len());
    }
}
