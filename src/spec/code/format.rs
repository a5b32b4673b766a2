//! Codes of what a key or a value may be.

strataform_diagnostic::codes! {
    pub(in crate::spec) SYNTAX "GEN0101" Error
        "The file is not TOML."
        "Nothing can be read where the syntax is broken. The place is where the parser gave up; the fault may be just before it."
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
        "The grammar has no such key here."
        "A key that is not known would have no effect, and a misspelled one would be missing. Correct or remove it."
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
        "A key that must be there is missing."
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
        "A value has another TOML type than the key takes."
        "Texts stand in quotes, numbers and `true` or `false` do not, lists stand in brackets, tables in braces."
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
        "A name has characters that one of the engines does not take, or is too long."
        "Names become tables, columns, buckets and resources. Write lower-case words with `_`, or with `-` for platforms and environments."
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
        "The text is none of the words that the key takes."
        "The key takes a fixed set of words, which the help lists."
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
        "The text is no volume from 10 MB/day to 100 GB/day."
        "The volume sizes workers, the warehouse and the stream. Write what comes in on a usual day, before compression."
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
        "The text is no period, or one outside the limits of what it is for."
        "Periods are a number and `minutes`, `hours`, `days`, `weeks`, `months` or `years`. The note has the limits."
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
        "The help has the range."
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
        "The text is no schedule."
        "Runs are from 5 minutes to 1 day apart and divide the day evenly; a time of day is in UTC."
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
        "The text is no column type."
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
        "The type does not go through every engine without loss."
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
        "A string holds 1 to 16383 characters, because a character has up to four bytes and Redshift stores 65,535; a decimal has at most 38 digits."
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
        "A text, list or table that must hold something is empty."
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
        "The text is no region of AWS."
        "Write the code of a region, such as `eu-west-1`."
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
        "An account is twelve digits."
        "Put them in quotes, because an account may begin with 0."
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
        "The text is no IPv4 range with a mask of 16 to 24 bits."
        "A VPC takes no larger range than /16, and a smaller one than /24 has no room for the subnets. Bits outside the mask are 0."
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
        "The text is no address of electronic mail."
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
        "A tag is reserved, too long, or one too many."
        "AWS keeps keys that begin with `aws:` for itself, and a resource has at most 50 tags, of which gen sets 5."
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
        "The network is neither an own one nor an existing one."
        "`cidr` and `zones` make a network; `vpc` and `subnets` name one that exists. Keep one of the two pairs."
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
        "The text is no id of a VPC or of a subnet."
        "Copy the id from the console or the output of `aws ec2 describe-vpcs`; names are not ids."
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
    pub(in crate::spec) NOT_HERE "GEN0122" Error
        "The key has no meaning beside what else is said."
        "Another key of the same section makes this one useless. Remove one of the two."
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
    pub(in crate::spec) TWICE "GEN0123" Error
        "The same thing is said twice."
        "Which of the two holds would be a guess. Remove one of them."
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
        "The text is no number format."
        "A format is `number`, `percent` or `currency` with a code, and 0 to 9 digits behind the point."
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
        "A platform has at least one dataset and one environment."
        "Without data there is nothing to process, and without an environment nowhere to do it."
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
        "The override cannot be a property of a resource."
        "An override is written into a template of JSON: under a logical id of letters and digits, with a value that JSON has."
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
        "A text that is shown in one line has a line break or another control character."
        "Titles and descriptions stand in tags, names and consoles. Write one line of plain text."
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
        "The text is no expression."
        "It is empty, or longer than 10,000 characters. Write an expression of SQL, or remove the key."
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
        "A text is longer than what shows it can hold."
        "QuickSight and CloudFormation have limits on titles and descriptions. The help has the limit."
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
        "A text has a dynamic reference that CloudFormation would replace."
        "CloudFormation puts a secret or a parameter in the place of `{{resolve:…}}`, also in a description. Leave it out, or set the property by an override."
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
}
