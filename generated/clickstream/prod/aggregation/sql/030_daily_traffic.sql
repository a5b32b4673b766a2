-- Aggregate daily_traffic over event. Visits and page views per day, by country and device.
-- Refresh: full, because distinct values cannot be added up
CREATE MATERIALIZED VIEW "mart"."daily_traffic"
AUTO REFRESH NO
AS
SELECT
    date_trunc('day', "own__row"."occurred_at") AS "day",
    coalesce("own__row"."country", '??') AS "country",
    coalesce("own__row"."device", 'unknown') AS "device",
    count(distinct "own__row"."visitor_id") AS "visitors",
    count(distinct "own__row"."session_id") AS "sessions",
    count(case when "own__row"."event_type" = 'page_view' then 1 end) AS "page_views",
    count(case when "own__row"."is_purchase" then 1 end) AS "purchases",
    cast(sum("own__row"."amount") as decimal(38,2)) AS "revenue"
FROM "core"."event" AS "own__row"
GROUP BY 1, 2, 3;
