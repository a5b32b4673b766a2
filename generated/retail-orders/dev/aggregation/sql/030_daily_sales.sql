-- Aggregate daily_sales over order_line. Sales per day by country, category and channel, without canceled lines.
-- Refresh: full, because an outer join keeps rows without a match
CREATE MATERIALIZED VIEW "mart"."daily_sales"
AUTO REFRESH NO
AS
SELECT
    "own__row"."ordered_on" AS "day",
    coalesce("customer"."country", '??') AS "country",
    coalesce("product"."category", 'other') AS "category",
    "own__row"."channel" AS "channel",
    count(distinct "own__row"."order_id") AS "orders",
    sum("own__row"."quantity") AS "units",
    cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue",
    count(distinct "own__row"."customer_id") AS "customers"
FROM "core"."order_line" AS "own__row"
LEFT JOIN "core"."customer" AS "customer"
    ON "own__row"."customer_id" = "customer"."customer_id"
LEFT JOIN "core"."product" AS "product"
    ON "own__row"."product_id" = "product"."product_id"
WHERE not "own__row"."is_cancelled"
GROUP BY 1, 2, 3, 4;
