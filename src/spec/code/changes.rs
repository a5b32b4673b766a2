//! Codes for data that changes after it arrived: renamed columns, deleted rows, dumps, and streams that no job processes.

strataform_diagnostic::codes! {
    pub(in crate::spec) SENSITIVE_STREAM "GEN0352" Error
        "A dataset with `freshness = \"seconds\"` has sensitive columns."
        "The warehouse reads the records of such a stream directly and stores them as they arrive: no job has hashed, masked or dropped a value yet. Write `freshness = \"scheduled\"`, or send the sensitive columns to a dataset of their own."
        Platform {
            bad: r#"
[dataset.visits]
source = "stream"
key = ["visit_id"]
event_time = "visited_at"
freshness = "seconds"
column = { visit_id = "string(36) not null", visited_at = "timestamp not null", email = { type = "string(254)", sensitive = "hash" } }
"#,
            good: r#"
[dataset.visits]
source = "stream"
key = ["visit_id"]
event_time = "visited_at"
freshness = "seconds"
column = { visit_id = "string(36) not null", visited_at = "timestamp not null" }
"#,
        };
    pub(in crate::spec) RENAMED "GEN0360" Error
        "A column is renamed from itself, or two columns are renamed from the same one."
        "`renamed_from` names the one column whose number and values this column keeps. Remove `renamed_from` from a column that is new, or name the column that it was."
        Platform {
            bad: r#"
[dataset.customers.column]
id = "bigint not null"
city = { type = "string(80)", renamed_from = "city" }
"#,
            good: r#"
[dataset.customers.column]
id = "bigint not null"
city = { type = "string(80)", renamed_from = "town" }
"#,
        };
    pub(in crate::spec) DELETED_STREAM "GEN0370" Error
        "A dataset with `freshness = \"seconds\"` has a condition for deletions."
        "The streaming view of such a dataset has every record of the last hour as it arrived: it would still have the row that a record deletes, and a row for the deletion itself. Write `freshness = \"scheduled\"`."
        Platform {
            bad: r#"
[dataset.visits]
source = "stream"
key = ["visit_id"]
event_time = "visited_at"
freshness = "seconds"
delete = "op = 'd'"
column = { visit_id = "string(36) not null", visited_at = "timestamp not null", op = "string(1)" }
"#,
            good: r#"
[dataset.visits]
source = "stream"
key = ["visit_id"]
event_time = "visited_at"
delete = "op = 'd'"
column = { visit_id = "string(36) not null", visited_at = "timestamp not null", op = "string(1)" }
"#,
        };
    pub(in crate::spec) DUMP_TIME "GEN0371" Error
        "A dataset of full dumps has an event time."
        "With `snapshot = true`, the rows are those of the latest dump, whatever the times in it: a row that comes back with its old time is there again, and a row that is missing has no time. With an event time, the latest record of a key would win instead. Remove `event_time`."
        Platform {
            bad: r#"
[dataset.shops]
source = "files"
key = ["shop_id"]
event_time = "changed_at"
snapshot = true
column = { shop_id = "integer not null", changed_at = "timestamp not null" }
"#,
            good: r#"
[dataset.shops]
source = "files"
key = ["shop_id"]
snapshot = true
column = { shop_id = "integer not null", changed_at = "timestamp not null" }
"#,
        };
}
