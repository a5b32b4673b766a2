-- Aggregate store_month over order_line. Sales of each store per month.
-- Refresh: full, because an outer join keeps rows without a match
CREATE MATERIALIZED VIEW "mart"."store_month"
AUTO REFRESH NO
AS
SELECT
    date_trunc('month', cast("own__row"."ordered_on" as timestamp)) AS "month",
    "store"."name" AS "store",
    "store"."city" AS "city",
    count(*) AS "lines",
    cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue",
    count(case when "own__row"."status" = 'returned' then 1 end) AS "returns"
FROM "core"."order_line" AS "own__row"
LEFT JOIN "core"."store" AS "store"
    ON "own__row"."store_id" = "store"."store_id"
WHERE "own__row"."store_id" is not null and not "own__row"."is_cancelled"
GROUP BY 1, 2, 3;
