//! Codes for keys and values.

strataform_diagnostic::codes! {
    pub(in crate::spec) SYNTAX "GEN0101" Error
        "The file is not valid TOML."
        "Text with invalid syntax cannot be read. The place is where the parser failed; the mistake may be just before it."
        Platform {
            bad: r#"
[platform]
name = shop
owner = "sales-data"
volume = "2 GB/day"
"#,
            good: r#"
[platform]
name = "shop"
owner = "sales-data"
volume = "2 GB/day"
"#,
        };
    pub(in crate::spec) UNKNOWN_KEY "GEN0102" Error
        "The key is unknown in this section."
        "An unknown key would have no effect, and a misspelled key would be missing. Correct or remove it."
        Platform {
            bad: r#"
[environment.dev]
region = "eu-west-1"
acount = "111122223333"
"#,
            good: r#"
[environment.dev]
region = "eu-west-1"
account = "111122223333"
"#,
        };
    pub(in crate::spec) MISSING_KEY "GEN0103" Error
        "A required key is missing."
        "The key has no default. The help shows how to write it."
        Platform {
            bad: r#"
[dataset.customers]
source = "files"
role = "dimension"
"#,
            good: r#"
[dataset.customers]
source = "files"
role = "dimension"
key = ["id"]
"#,
        };
    pub(in crate::spec) WRONG_TYPE "GEN0104" Error
        "A value does not have the TOML type that its key requires."
        "Strings are in quotes; numbers, `true` and `false` are not. Lists are in brackets, inline tables in braces."
        Platform {
            bad: r#"
[environment.dev]
region = "eu-west-1"
account = 111122223333
"#,
            good: r#"
[environment.dev]
region = "eu-west-1"
account = "111122223333"
"#,
        };
    pub(in crate::spec) NAME "GEN0105" Error
        "A name has characters that one of the engines does not allow, or is too long."
        "Names become tables, columns, buckets and resources. Use lower-case words joined by `_`, or by `-` for platforms and environments."
        Platform {
            bad: r#"
[dataset.Returns]
source = "files"
key = ["id"]
column = { id = "bigint not null" }
"#,
            good: r#"
[dataset.returns]
source = "files"
key = ["id"]
column = { id = "bigint not null" }
"#,
        };
    pub(in crate::spec) CHOICE "GEN0106" Error
        "The value is not one of the words that the key accepts."
        "The key accepts a fixed set of words, which the help lists."
        Platform {
            bad: r#"
[dataset.customers]
source = "files"
role = "dimensions"
key = ["id"]
"#,
            good: r#"
[dataset.customers]
source = "files"
role = "dimension"
key = ["id"]
"#,
        };
    pub(in crate::spec) VOLUME "GEN0107" Error
        "The volume is invalid, or outside 10 MB/day to 100 GB/day."
        "The volume sizes workers, the warehouse and the stream. Write the volume of a usual day, before compression."
        Platform {
            bad: r#"
[environment.dev]
region = "eu-west-1"
volume = "1 TB/day"
"#,
            good: r#"
[environment.dev]
region = "eu-west-1"
volume = "100 GB/day"
"#,
        };
    pub(in crate::spec) PERIOD "GEN0108" Error
        "The period is invalid, or outside the limits of its key."
        "A period is a number and a unit: `minutes`, `hours`, `days`, `weeks`, `months` or `years`. The note states the limits."
        Platform {
            bad: r#"
[retention]
raw = "3 fortnights"
"#,
            good: r#"
[retention]
raw = "6 weeks"
"#,
        };
    pub(in crate::spec) RANGE "GEN0109" Error
        "A number is outside its range."
        "The help states the range."
        Platform {
            bad: r"
[network]
zones = 9
",
            good: r"
[network]
zones = 3
",
        };
    pub(in crate::spec) SCHEDULE "GEN0110" Error
        "The schedule is invalid."
        "Runs are 5 minutes to 1 day apart and divide the day evenly; a time of day is in UTC."
        Platform {
            bad: r#"
[environment.dev]
region = "eu-west-1"
schedule = "every 50 minutes"
"#,
            good: r#"
[environment.dev]
region = "eu-west-1"
schedule = "every 30 minutes"
"#,
        };
    pub(in crate::spec) COLUMN_TYPE "GEN0111" Error
        "The column type is invalid."
        "A column has one of a few types that mean the same in Spark, Parquet, Redshift and QuickSight."
        Platform {
            bad: r#"
[dataset.customers.column]
id = "bigint not null"
since = "timestmap"
"#,
            good: r#"
[dataset.customers.column]
id = "bigint not null"
since = "timestamp"
"#,
        };
    pub(in crate::spec) LOSSY_TYPE "GEN0112" Error
        "Not every engine stores the type without loss."
        "Spark, Parquet and Redshift disagree on it. The help names the type that holds the same values everywhere."
        Platform {
            bad: r#"
[dataset.customers.column]
id = "bigint not null"
score = "float"
"#,
            good: r#"
[dataset.customers.column]
id = "bigint not null"
score = "double"
"#,
        };
    pub(in crate::spec) TYPE_PARAMETER "GEN0113" Error
        "The length, precision or scale of a type is missing or outside its range."
        "A string holds 1 to 16383 characters, because a character takes up to four bytes and Redshift stores at most 65,535 bytes; a decimal has at most 38 digits."
        Platform {
            bad: r#"
[dataset.customers.column]
id = "bigint not null"
city = "string"
"#,
            good: r#"
[dataset.customers.column]
id = "bigint not null"
city = "string(80)"
"#,
        };
    pub(in crate::spec) EMPTY "GEN0114" Error
        "A string, list or table is empty but must not be."
        "Fill it, or remove the key."
        Platform {
            bad: r#"
[dataset.customers]
source = "files"
role = "dimension"
key = []
"#,
            good: r#"
[dataset.customers]
source = "files"
role = "dimension"
key = ["id"]
"#,
        };
    pub(in crate::spec) REGION "GEN0115" Error
        "The AWS Region is unknown."
        "Write the code of a Region, such as `eu-west-1`."
        Platform {
            bad: r#"
[environment.dev]
region = "eu-wset-1"
"#,
            good: r#"
[environment.dev]
region = "eu-west-1"
"#,
        };
    pub(in crate::spec) ACCOUNT "GEN0116" Error
        "An AWS account ID must be twelve digits."
        "Put them in quotes, because an account ID can begin with 0."
        Platform {
            bad: r#"
[environment.dev]
region = "eu-west-1"
account = "1234"
"#,
            good: r#"
[environment.dev]
region = "eu-west-1"
account = "111122223333"
"#,
        };
    pub(in crate::spec) CIDR "GEN0117" Error
        "The value is not an IPv4 CIDR block with a mask of 16 to 24 bits."
        "A VPC cannot be larger than /16, and a block smaller than /24 has no room for the subnets. Bits outside the mask must be 0."
        Platform {
            bad: r#"
[network]
cidr = "10.0.0.0/8"
"#,
            good: r#"
[network]
cidr = "10.20.0.0/16"
"#,
        };
    pub(in crate::spec) EMAIL "GEN0118" Error
        "The value is not an email address."
        "Alarms are sent there. Write an address with a domain."
        Platform {
            bad: r#"
[alarms]
emails = ["data@shop"]
"#,
            good: r#"
[alarms]
emails = ["data@example.com"]
"#,
        };
    pub(in crate::spec) TAG "GEN0119" Error
        "A tag is reserved, malformed or too long, or there are too many tags."
        "AWS reserves keys that begin with `aws:`, and a resource has at most 50 tags, of which gen sets 5."
        Platform {
            bad: r#"
[tags]
"aws:team" = "sales"
"#,
            good: r#"
[tags]
team = "sales"
"#,
        };
    pub(in crate::spec) NETWORK "GEN0120" Error
        "`[network]` describes both a new network and an existing one."
        "`cidr` and `zones` create a network; `vpc` and `subnets` name an existing one. Keep one of the two pairs."
        Platform {
            bad: r#"
[network]
cidr = "10.20.0.0/16"
vpc = "vpc-0a1b2c3d"
subnets = ["subnet-0a1b2c3d", "subnet-0a1b2c3e", "subnet-0a1b2c3f"]
"#,
            good: r#"
[network]
vpc = "vpc-0a1b2c3d"
subnets = ["subnet-0a1b2c3d", "subnet-0a1b2c3e", "subnet-0a1b2c3f"]
"#,
        };
    pub(in crate::spec) AWS_ID "GEN0121" Error
        "The ID of a VPC or subnet is invalid."
        "Copy the ID from the console or the output of `aws ec2 describe-vpcs`; a name is not an ID."
        Platform {
            bad: r#"
[network]
vpc = "my-vpc"
subnets = ["subnet-0a1b2c3d", "subnet-0a1b2c3e", "subnet-0a1b2c3f"]
"#,
            good: r#"
[network]
vpc = "vpc-0a1b2c3d"
subnets = ["subnet-0a1b2c3d", "subnet-0a1b2c3e", "subnet-0a1b2c3f"]
"#,
        };
    pub(in crate::spec) KEY_CONFLICT "GEN0122" Error
        "The key cannot be combined with another key of its section."
        "Another key of the section makes this one useless. Remove one of the two."
        Platform {
            bad: r#"
[dataset.orders]
source = "stream"
format = "csv"
key = ["order_id"]
event_time = "ordered_at"
"#,
            good: r#"
[dataset.orders]
source = "files"
format = "csv"
key = ["order_id"]
event_time = "ordered_at"
"#,
        };
    pub(in crate::spec) DUPLICATE_VALUE "GEN0123" Error
        "The same thing is set twice."
        "It is unclear which of the two applies. Remove one of them."
        Platform {
            bad: r#"
[alarms]
emails = ["data@example.com", "data@example.com"]
"#,
            good: r#"
[alarms]
emails = ["data@example.com"]
"#,
        };
    pub(in crate::spec) FORMAT "GEN0124" Error
        "The number format is invalid."
        "A format is `number`, `percent` or `currency` with a currency code, then 0 to 9 decimal places."
        Platform {
            bad: r#"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "revenue"
format = { revenue = "euro" }
"#,
            good: r#"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "revenue"
format = { revenue = "currency EUR 2" }
"#,
        };
    pub(in crate::spec) EMPTY_PLATFORM "GEN0125" Error
        "A platform must have at least one dataset and one environment."
        "Without a dataset there is nothing to process, and without an environment there is nowhere to run."
        PlatformFile {
            bad: r#"
[platform]
name = "shop"
owner = "sales-data"
volume = "2 GB/day"

[dataset.orders]
source = "stream"
key = ["order_id"]
event_time = "ordered_at"
column = { order_id = "string(36) not null", ordered_at = "timestamp not null" }
"#,
            good: r#"
[platform]
name = "shop"
owner = "sales-data"
volume = "2 GB/day"

[environment.dev]
region = "eu-west-1"

[dataset.orders]
source = "stream"
key = ["order_id"]
event_time = "ordered_at"
column = { order_id = "string(36) not null", ordered_at = "timestamp not null" }
"#,
        };
    pub(in crate::spec) OVERRIDE "GEN0126" Error
        "The override cannot be written as a property of a resource."
        "An override is written into a JSON template: its logical ID must be letters and digits, and its value must be valid in JSON."
        Platform {
            bad: r#"
[override.storage.RawBucket]
"VersioningConfiguration.Status" = 1979-05-27
"#,
            good: r#"
[override.storage.RawBucket]
"VersioningConfiguration.Status" = "Suspended"
"#,
        };
    pub(in crate::spec) CONTROL_CHARACTER "GEN0127" Error
        "A text has a line break or another control character that is not allowed there."
        "Titles and descriptions appear in tags, names and consoles. Write one line of plain text."
        Platform {
            bad: r#"
[dashboard.sales]
title = "Sales\nof all shops"
"#,
            good: r#"
[dashboard.sales]
title = "Sales of all shops"
"#,
        };
    pub(in crate::spec) EXPRESSION "GEN0128" Error
        "The expression is empty, too long or invalid."
        "An expression has 1 to 16,384 bytes. Write a SQL expression, or remove the key."
        Platform {
            bad: r#"
[dataset.orders.derive]
is_large = ""
"#,
            good: r#"
[dataset.orders.derive]
is_large = "amount > 100"
"#,
        };
    pub(in crate::spec) LONG_TEXT "GEN0129" Error
        "A text is too long."
        "QuickSight and CloudFormation limit the length of titles and descriptions. The help states the limit."
        Platform {
            bad: r#"
[dashboard.sales]
title = "All that was sold in all shops of all countries since the beginning of the records, by the day, by the country of the customer, and by what was ordered"
"#,
            good: r#"
[dashboard.sales]
title = "Sales by day and country"
"#,
        };
    pub(in crate::spec) DYNAMIC_REFERENCE "GEN0130" Error
        "A text contains a dynamic reference, which CloudFormation would replace."
        "CloudFormation replaces `{{resolve:…}}` with a secret or a parameter, even in a description. Remove it, or set the property with an override."
        Platform {
            bad: r#"
[dashboard.sales]
description = "The key is {{resolve:secretsmanager:shop}}."
"#,
            good: r#"
[dashboard.sales]
description = "The key is in AWS Secrets Manager."
"#,
        };
    pub(in crate::spec) DATE "GEN0131" Error
        "The date is invalid."
        "A date has a year of four digits, a month and a day that exists, and no time."
        Platform {
            bad: r#"
[[suppress]]
rule = "bucket_access_logging"
resource = "RawBucket"
reason = "a reason"
until = "2027-02-30"
"#,
            good: r#"
[[suppress]]
rule = "bucket_access_logging"
resource = "RawBucket"
reason = "a reason"
until = 2027-02-28
"#,
        };
}
