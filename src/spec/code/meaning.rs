//! Codes for references and rules that span several parts of a platform.

strataform_diagnostic::codes! {
    pub(in crate::spec) UNKNOWN_COLUMN "GEN0301" Error
        "The dataset does not have the column."
        "Keys, event times and joins refer to columns of the dataset. Correct the name, or add the column."
        Platform {
            bad: r#"
[dataset.orders]
source = "stream"
key = ["order_id"]
event_time = "orderd_at"
"#,
            good: r#"
[dataset.orders]
source = "stream"
key = ["order_id"]
event_time = "ordered_at"
"#,
        };
    pub(in crate::spec) UNKNOWN_DATASET "GEN0302" Error
        "The dataset is unknown."
        "Aggregates and joins refer to a dataset of the same platform file."
        Platform {
            bad: r#"
[dataset.orders.join]
customer = { to = "custmers", on = { customer_id = "id" } }
"#,
            good: r#"
[dataset.orders.join]
customer = { to = "customers", on = { customer_id = "id" } }
"#,
        };
    pub(in crate::spec) UNKNOWN_DATA "GEN0303" Error
        "The aggregate or dataset is unknown."
        "The data of a visual, a filter or a calculation is an aggregate or a dataset of the same platform file."
        Platform {
            bad: r#"
[[dashboard.sales.visual]]
kind = "kpi"
data = "dayly_sales"
value = "revenue"
"#,
            good: r#"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "revenue"
"#,
        };
    pub(in crate::spec) UNKNOWN_FIELD "GEN0304" Error
        "The data of the visual does not have the column."
        "An aggregate has the columns of its `group_by` and `measure`; a dataset also has those of its joins, as `alias_column`."
        Platform {
            bad: r#"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "turnover"
"#,
            good: r#"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "revenue"
"#,
        };
    pub(in crate::spec) FIELD_KIND "GEN0305" Error
        "The column does not have the type that this part of the visual requires."
        "A measure is a number, a trend runs over a date, and JSON cannot be shown. Choose another column."
        Platform {
            bad: r#"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "revenue"
trend = "country"
"#,
            good: r#"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "revenue"
trend = "day"
"#,
        };
    pub(in crate::spec) KEY_COLUMN "GEN0306" Error
        "The column cannot identify a record."
        "A key column must be `not null`, and cannot be JSON or masked: equal records must have equal keys."
        Platform {
            bad: r#"
[dataset.customers.column]
id = "bigint"
"#,
            good: r#"
[dataset.customers.column]
id = "bigint not null"
"#,
        };
    pub(in crate::spec) EVENT_TIME "GEN0307" Error
        "The column cannot be the event time."
        "The event time must be a `timestamp` or `date` column that is `not null`."
        Platform {
            bad: r#"
[dataset.orders]
source = "stream"
key = ["order_id"]
event_time = "amount"
"#,
            good: r#"
[dataset.orders]
source = "stream"
key = ["order_id"]
event_time = "ordered_at"
"#,
        };
    pub(in crate::spec) NO_EVENT_TIME "GEN0308" Error
        "The dataset requires an event time."
        "Streams and partitioned files are laid out by event time, and the latest record of a key wins."
        Platform {
            bad: r#"
[dataset.orders]
source = "stream"
key = ["order_id"]
"#,
            good: r#"
[dataset.orders]
source = "stream"
key = ["order_id"]
event_time = "ordered_at"
"#,
        };
    pub(in crate::spec) NOT_A_DIMENSION "GEN0309" Error
        "A join refers to a dataset that is not a dimension."
        "A dimension has one row for each key, so a join never multiplies rows. Give the dataset `role = \"dimension\"`, or join another."
        Platform {
            bad: r#"
[dataset.orders.join]
self = { to = "orders", on = { order_id = "order_id" } }
"#,
            good: r#"
[dataset.orders.join]
customer = { to = "customers", on = { customer_id = "id" } }
"#,
        };
    pub(in crate::spec) JOIN_KEY "GEN0310" Error
        "A join does not cover the dimension's key."
        "Only the whole key matches at most one row. Pair a column with each column of the key, and with no other."
        Platform {
            bad: r#"
[dataset.orders.join]
customer = { to = "customers", on = { customer_id = "postcode" } }

[dataset.customers.column]
id = "bigint not null"
postcode = "bigint"
"#,
            good: r#"
[dataset.orders.join]
customer = { to = "customers", on = { customer_id = "id" } }
"#,
        };
    pub(in crate::spec) JOIN_TYPE "GEN0311" Error
        "The two columns of a join have different types."
        "Values of different types, or a hashed and a plain value, are never equal. Give both columns the same type and the same `sensitive`."
        Platform {
            bad: r#"
[dataset.orders.join]
customer = { to = "customers", on = { order_id = "id" } }
"#,
            good: r#"
[dataset.orders.join]
customer = { to = "customers", on = { customer_id = "id" } }
"#,
        };
    pub(in crate::spec) ONLY_FACTS "GEN0312" Error
        "Only a fact can have joins."
        "In a star schema, each dimension is one step from a fact. Move the columns into the dimension, or let the fact join both."
        Platform {
            bad: r#"
[dataset.customers.join]
other = { to = "customers", on = { id = "id" } }
"#,
            good: r#"
[dataset.orders.join]
customer = { to = "customers", on = { customer_id = "id" } }
"#,
        };
    pub(in crate::spec) SENSITIVE "GEN0313" Error
        "A derived column would expose a sensitive one."
        "Derived columns are computed from the record as it arrived. Use a column that is not sensitive."
        Platform {
            bad: r#"
[dataset.orders.derive]
domain = "lower(email)"
"#,
            good: r#"
[dataset.orders.derive]
land = "lower(country)"
"#,
        };
    pub(in crate::spec) DERIVED "GEN0314" Error
        "A derived column uses another derived column."
        "Derived columns are computed from the record, all at once. Write the expression of the other column in its place."
        Platform {
            bad: r#"
[dataset.orders.derive]
large = "amount > 100"
huge = "large and amount > 1000"
"#,
            good: r#"
[dataset.orders.derive]
large = "amount > 100"
huge = "amount > 100 and amount > 1000"
"#,
        };
    pub(in crate::spec) DUPLICATE_COLUMN "GEN0315" Error
        "Two columns or visuals have the same name."
        "Columns of a table and visuals of a dashboard are identified by name. Rename one of them."
        Platform {
            bad: r#"
[aggregate.monthly]
from = "orders"
group_by = { month = "date_trunc('month', ordered_at)" }
measure = { month = "count(*)" }
"#,
            good: r#"
[aggregate.monthly]
from = "orders"
group_by = { month = "date_trunc('month', ordered_at)" }
measure = { orders = "count(*)" }
"#,
        };
    pub(in crate::spec) DUPLICATE_RESOURCE "GEN0316" Error
        "Two things that become tables or resources have the same name."
        "A dataset and an aggregate cannot share a table name, and `orders1` and `orders_1` give the same resource names. Rename one of them."
        Platform {
            bad: r#"
[aggregate.customers]
from = "orders"
group_by = { country = "country" }
measure = { orders = "count(*)" }
"#,
            good: r#"
[aggregate.countries]
from = "orders"
group_by = { country = "country" }
measure = { orders = "count(*)" }
"#,
        };
    pub(in crate::spec) NOT_BOOLEAN "GEN0317" Error
        "A condition is not boolean."
        "Compare the value with something."
        Platform {
            bad: r#"
[dataset.orders.expect]
has_amount = "amount"
"#,
            good: r#"
[dataset.orders.expect]
has_amount = "amount > 0"
"#,
        };
    pub(in crate::spec) ON_ARRIVAL "GEN0318" Error
        "A stream cannot be processed on arrival."
        "`on arrival` starts a run when a file arrives. Give a stream a schedule, or `freshness = \"seconds\"`."
        Platform {
            bad: r#"
[dataset.orders]
source = "stream"
key = ["order_id"]
event_time = "ordered_at"
schedule = "on arrival"
"#,
            good: r#"
[dataset.orders]
source = "stream"
key = ["order_id"]
event_time = "ordered_at"
schedule = "every 15 minutes"
"#,
        };
    pub(in crate::spec) INEXACT "GEN0319" Warning
        "QuickSight shows the number with fewer digits than it has."
        "QuickSight is exact to four decimal places. Cast the number to at most four in the aggregate."
        Platform {
            bad: r#"
[aggregate.daily_sales]
from = "orders"
group_by = { day = "date_trunc('day', ordered_at)", country = "country" }
measure = { orders = "count(*)", revenue = "sum(cast(amount as decimal(20,8)))" }
"#,
            good: r#"
[aggregate.daily_sales]
from = "orders"
group_by = { day = "date_trunc('day', ordered_at)", country = "country" }
measure = { orders = "count(*)", revenue = "sum(amount)" }
"#,
        };
    pub(in crate::spec) NO_SUCH_CONTROL "GEN0320" Error
        "No visual of the dashboard has the column of a control."
        "A control acts on every visual whose data has a column of its name. Correct the name."
        Platform {
            bad: r#"
[dashboard.sales]
controls = ["contry"]
"#,
            good: r#"
[dashboard.sales]
controls = ["country"]
"#,
        };
    pub(in crate::spec) DROPPED "GEN0321" Error
        "The column is dropped before it can be used."
        "A column with `sensitive = \"drop\"` is not stored. Use another column, or hash this one instead."
        Platform {
            bad: r#"
[dataset.customers.column]
id = { type = "bigint not null", sensitive = "drop" }
city = "string(80)"
"#,
            good: r#"
[dataset.customers.column]
id = "bigint not null"
city = { type = "string(80)", sensitive = "drop" }
"#,
        };
    pub(in crate::spec) CALCULATION "GEN0322" Error
        "A calculation is invalid."
        "A calculation is a QuickSight expression over the columns of one aggregate or dataset, written `{column}`, and over parameters, written `${name}`."
        Platform {
            bad: r#"
[dashboard.sales.calculate.daily_sales]
each = "sum({revenu}) / sum({orders})"
"#,
            good: r#"
[dashboard.sales.calculate.daily_sales]
each = "sum({revenue}) / sum({orders})"
"#,
        };
    pub(in crate::spec) PARAMETER "GEN0323" Error
        "The parameter is unknown or has the wrong type."
        "A filter takes a parameter with the type of its column, written `${name}`."
        Platform {
            bad: r#"
[dashboard.sales.parameter]
least = { type = "integer", default = 10 }

[[dashboard.sales.filter]]
data = "daily_sales"
column = "revenue"
at_least = "${leest}"
"#,
            good: r#"
[dashboard.sales.parameter]
least = { type = "integer", default = 10 }

[[dashboard.sales.filter]]
data = "daily_sales"
column = "revenue"
at_least = "${least}"
"#,
        };
    pub(in crate::spec) PLACE "GEN0324" Error
        "A visual extends beyond the grid, or overlaps another."
        "The grid has 36 columns. `at` counts columns and rows from 0."
        Platform {
            bad: r#"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "revenue"
at = [30, 0]
width = 12
height = 6
"#,
            good: r#"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "revenue"
at = [24, 0]
width = 12
height = 6
"#,
        };
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
    pub(in crate::spec) COLOR "GEN0327" Error
        "The color is invalid."
        "Write `#` and six hexadecimal digits."
        Platform {
            bad: r#"
[theme]
accent = "blue"
"#,
            good: r##"
[theme]
accent = "#1F6FB2"
"##,
        };
    pub(in crate::spec) FILTER "GEN0328" Error
        "A filter does not have exactly one condition, or the condition does not fit its column."
        "A text takes `in`, `not_in` or `top`; a number takes `at_least` and `at_most`; a date takes `at_least` and `at_most`, or `last`."
        Platform {
            bad: r#"
[[dashboard.sales.filter]]
data = "daily_sales"
column = "country"
"#,
            good: r#"
[[dashboard.sales.filter]]
data = "daily_sales"
column = "country"
in = ["DE", "PT"]
"#,
        };
    pub(in crate::spec) HIGHLIGHT "GEN0329" Error
        "A highlight does not have exactly one test, or does not fit what the visual shows."
        "A number takes `below` or `at_least`; a text takes `is`."
        Platform {
            bad: r##"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "revenue"
highlight = [{ below = 1, at_least = 2, color = "#C0392B" }]
"##,
            good: r##"
[[dashboard.sales.visual]]
kind = "kpi"
data = "daily_sales"
value = "revenue"
highlight = [{ below = 1, color = "#C0392B" }]
"##,
        };
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
    pub(in crate::spec) AGGREGATION "GEN0357" Error
        "A visual combines groups of an aggregate whose numbers cannot be combined."
        "Counts of different values, means and quotients of several groups are not the sum of those of each. Show each group, calculate the number from parts that add up, or choose an aggregation with `aggregate`."
        Platform {
            bad: r#"
[aggregate.buyers]
from = "orders"
group_by = { day = "date_trunc('day', ordered_at)", country = "country" }
measure = { customers = "count(distinct customer_id)" }

[[dashboard.sales.visual]]
kind = "bar"
data = "buyers"
x = "country"
y = "customers"
"#,
            good: r#"
[aggregate.buyers]
from = "orders"
group_by = { country = "country" }
measure = { customers = "count(distinct customer_id)" }

[[dashboard.sales.visual]]
kind = "bar"
data = "buyers"
x = "country"
y = "customers"
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
