-- Aggregate order over order_line. One row per order, without canceled lines.
-- Refresh: full, because an outer join keeps rows without a match
CREATE MATERIALIZED VIEW "mart"."order"
AUTO REFRESH NO
AS
SELECT
    "own__row"."order_id" AS "order_id",
    min("own__row"."ordered_on") AS "day",
    coalesce(max("customer"."country"), '??') AS "country",
    max("own__row"."channel") AS "channel",
    count(distinct "own__row"."order_id") AS "orders",
    count(*) AS "lines",
    sum("own__row"."quantity") AS "units",
    cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue"
FROM "core"."order_line" AS "own__row"
LEFT JOIN "core"."customer" AS "customer"
    ON "own__row"."customer_id" = "customer"."customer_id"
WHERE not "own__row"."is_cancelled"
GROUP BY 1;
