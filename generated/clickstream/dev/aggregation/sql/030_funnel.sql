-- Aggregate funnel over event. One row per session and funnel step that it reached.
-- Refresh: full, because distinct values cannot be added up
CREATE MATERIALIZED VIEW "mart"."funnel"
AUTO REFRESH NO
AS
SELECT
    "own__row"."session_id" AS "session_id",
    "own__row"."event_type" AS "step",
    date_trunc('day', min("own__row"."occurred_at")) AS "day",
    max("own__row"."funnel_step") AS "step_number",
    count(distinct "own__row"."session_id") AS "sessions"
FROM "core"."event" AS "own__row"
WHERE "own__row"."funnel_step" is not null
GROUP BY 1, 2;
