-- Aggregate session over event. One row per session: when it began, how long it lasted, and the furthest funnel step.
-- Refresh: incremental, if Redshift supports it
CREATE MATERIALIZED VIEW "mart"."session"
AUTO REFRESH NO
AS
SELECT
    "own__row"."session_id" AS "session_id",
    coalesce(max("own__row"."device"), 'unknown') AS "device",
    min("own__row"."occurred_at") AS "started_at",
    max("own__row"."occurred_at") AS "ended_at",
    count(*) AS "events",
    max("own__row"."funnel_step") AS "furthest_step",
    cast(sum("own__row"."amount") as decimal(38,2)) AS "revenue"
FROM "core"."event" AS "own__row"
GROUP BY 1;
