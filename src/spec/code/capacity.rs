//! Codes for sizes: volumes of data, and what a network and a warehouse have room for.

strataform_diagnostic::codes! {
    pub(in crate::spec) VOLUMES "GEN0330" Error
        "The volumes of the datasets exceed the platform's."
        "The warehouse is sized for the platform's volume. Raise `volume` in `[platform]`, or lower the volumes of the datasets."
        Platform {
            bad: r#"
[dataset.access]
source = "files"
format = "csv"
key = ["access_id"]
partition = "none"
volume = "50 GB/day"
column = { access_id = "string(36) not null" }
"#,
            good: r#"
[dataset.access]
source = "files"
format = "csv"
key = ["access_id"]
partition = "none"
volume = "500 MB/day"
column = { access_id = "string(36) not null" }
"#,
        };
    pub(in crate::spec) DAILY_LIMIT "GEN0343" Error
        "The daily limit would stop the warehouse every day."
        "A dataset with `freshness = \"seconds\"` keeps the warehouse running all day: 24 RPU hours for each RPU of its base capacity. Raise the limit above that, lower `base`, or remove one of the keys."
        Platform {
            bad: r#"
[warehouse]
base = 8
daily_limit = 100

[dataset.visits]
source = "stream"
key = ["visit_id"]
event_time = "visited_at"
freshness = "seconds"
column = { visit_id = "string(36) not null", visited_at = "timestamp not null" }
"#,
            good: r#"
[warehouse]
base = 8
daily_limit = 320

[dataset.visits]
source = "stream"
key = ["visit_id"]
event_time = "visited_at"
freshness = "seconds"
column = { visit_id = "string(36) not null", visited_at = "timestamp not null" }
"#,
        };
    pub(in crate::spec) ZONES "GEN0344" Error
        "The network cannot have its Availability Zones."
        "Redshift Serverless requires three zones, because its traffic stays in the VPC. An account has two in us-west-1; a provisioned cluster with `zones = 2` can run there."
        Platform {
            bad: r#"
[environment.dev]
region = "us-west-1"
"#,
            good: r#"
[environment.dev]
region = "us-west-2"
"#,
        };
    pub(in crate::spec) ADDRESSES "GEN0345" Error
        "The network has too few addresses for its zones and its warehouse."
        "Redshift Serverless requires free addresses in each subnet, more of them for a larger base capacity. Use a block with fewer bits in its mask, fewer zones, or a lower `base`."
        Platform {
            bad: r#"
[network]
cidr = "10.20.0.0/24"
zones = 6

[warehouse]
base = 128
"#,
            good: r#"
[network]
cidr = "10.20.0.0/23"
zones = 6

[warehouse]
base = 128
"#,
        };
}
