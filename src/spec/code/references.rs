//! Codes for names that refer to another part of a platform: columns, keys, datasets and their joins.

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
}
