-- Aggregate funnel over event. Sessions per day that reached each funnel step.
-- Refresh: full, because distinct values cannot be added up
CREATE MATERIALIZED VIEW "mart"."funnel"
AUTO REFRESH NO
AS
SELECT
    date_trunc('day', "own__row"."occurred_at") AS "day",
    "own__row"."event_type" AS "step",
    "own__row"."funnel_step" AS "step_number",
    count(distinct "own__row"."session_id") AS "sessions"
FROM "core"."event" AS "own__row"
WHERE "own__row"."funnel_step" is not null
GROUP BY 1, 2, 3;
