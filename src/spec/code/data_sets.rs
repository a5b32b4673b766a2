//! Codes for the data sets of dashboards: their refreshes, who sees which rows, and where users have their identity.

strataform_diagnostic::codes! {
    pub(in crate::spec) REFRESH "GEN0325" Error
        "The refresh of a data set is invalid."
        "Only a data set in SPICE is refreshed. A full refresh runs at most hourly; an incremental refresh requires a date column."
        Platform {
            bad: r#"
[data_set.daily_sales]
refresh = [{ every = "15 minutes" }]
"#,
            good: r#"
[data_set.daily_sales]
refresh = [{ every = "15 minutes", column = "day" }]
"#,
        };
    pub(in crate::spec) ROW_RULES "GEN0326" Error
        "The dataset cannot control who sees which rows."
        "It must have a text column `group_name` or `user_name`, and text columns that the data also has. It cannot be the data itself."
        Platform {
            bad: r#"
[dataset.access]
source = "files"
format = "csv"
key = ["group_name"]
partition = "none"
column = { group_name = "string(60) not null", amount = "integer" }

[data_set.daily_sales]
rows = "access"
"#,
            good: r#"
[dataset.access]
source = "files"
format = "csv"
key = ["group_name"]
partition = "none"
column = { group_name = "string(60) not null", country = "string(2)" }

[data_set.daily_sales]
rows = "access"
"#,
        };
    pub(in crate::spec) IDENTITY_PARTITION "GEN0351" Error
        "The identity Region is in another partition than the environment."
        "An AWS account, and with it the users and groups of its QuickSight, belongs to one partition: `aws`, `aws-cn` or `aws-us-gov`. Set `principals.identity_region` for the environment."
        Platform {
            bad: r#"
[environment.dev]
region = "cn-north-1"
principals.identity_region = "us-east-1"
"#,
            good: r#"
[environment.dev]
region = "eu-west-1"
principals.identity_region = "us-east-1"
"#,
        };
    pub(in crate::spec) SHORT_WINDOW "GEN0353" Error
        "An incremental refresh does not cover the days in which rows can change."
        "SPICE keeps what is older than `last` as it is. Rows change as long as records can arrive `late`, and a column that begins a week or a month is as much older than its records. Write a longer `last`, or leave it out: it is then long enough."
        Platform {
            bad: r#"
[data_set.daily_sales]
mode = "spice"
refresh = [{ every = "day", column = "day", last = "2 days" }]
"#,
            good: r#"
[data_set.daily_sales]
mode = "spice"
refresh = [{ every = "day", column = "day" }]
"#,
        };
}
