-- Aggregate hourly over measurement. Measurements per hour, by site and sensor.
-- Refresh: full, because an outer join keeps rows without a match
CREATE MATERIALIZED VIEW "mart"."hourly"
AUTO REFRESH NO
AS
SELECT
    date_trunc('hour', "own__row"."measured_at") AS "hour",
    coalesce("device"."site", 'unknown') AS "site",
    "own__row"."sensor" AS "sensor",
    count(*) AS "measurements",
    min("own__row"."value") AS "lowest",
    avg("own__row"."value") AS "mean",
    sum("own__row"."value") AS "total",
    count("own__row"."value") AS "readings",
    max("own__row"."value") AS "highest",
    count(distinct "own__row"."device_id") AS "devices"
FROM "core"."measurement" AS "own__row"
LEFT JOIN "core"."device" AS "device"
    ON "own__row"."device_id" = "device"."device_id"
WHERE "own__row"."is_good"
GROUP BY 1, 2, 3;
