-- Aggregate session over event. One row per session: when it began, how long it lasted, and the furthest funnel step.
-- Refresh: full, because distinct values cannot be added up
CREATE MATERIALIZED VIEW "mart"."session"
AUTO REFRESH NO
AS
SELECT
    "own__row"."session_id" AS "session_id",
    max("own__row"."visitor_id") AS "visitor_id",
    date_trunc('day', min("own__row"."occurred_at")) AS "day",
    coalesce(max("own__row"."country"), '??') AS "country",
    coalesce(max("own__row"."device"), 'unknown') AS "device",
    count(distinct "own__row"."session_id") AS "sessions",
    count(case when "own__row"."event_type" = 'page_view' then 1 end) AS "page_views",
    count(case when "own__row"."is_purchase" then 1 end) AS "purchases",
    min("own__row"."occurred_at") AS "started_at",
    max("own__row"."occurred_at") AS "ended_at",
    count(*) AS "events",
    max("own__row"."funnel_step") AS "furthest_step",
    cast(sum("own__row"."amount") as decimal(38,2)) AS "revenue"
FROM "core"."event" AS "own__row"
GROUP BY 1;
