-- Aggregate health over measurement. Sensor health per day.
-- Refresh: full, because an outer join keeps rows without a match
CREATE MATERIALIZED VIEW "mart"."health"
AUTO REFRESH NO
AS
SELECT
    date_trunc('day', "own__row"."measured_at") AS "day",
    coalesce("device"."model", 'unknown') AS "model",
    count(*) AS "measurements",
    count(case when not "own__row"."is_good" then 1 end) AS "faults",
    count(distinct "own__row"."device_id") AS "devices"
FROM "core"."measurement" AS "own__row"
LEFT JOIN "core"."device" AS "device"
    ON "own__row"."device_id" = "device"."device_id"
GROUP BY 1, 2;
