//! Codes for dashboards: what visuals, controls, filters and calculations read, and how they show it.

strataform_diagnostic::codes! {
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
    pub(in crate::spec) AGGREGATION "GEN0357" Error
        "A visual or a calculation combines groups of an aggregate whose numbers cannot be combined."
        "Counts of different values, means and quotients of several groups are not the sum of those of each. Show each group, calculate the number from parts that add up, or choose an aggregation of the visual with `aggregate`."
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
}
