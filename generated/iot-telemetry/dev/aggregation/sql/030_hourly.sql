-- Aggregate hourly over measurement. Measurements per hour, by site and sensor.
-- Refresh: by group, because a view would be computed again from all rows: an outer join keeps rows without a match
-- Reads: device_id VARCHAR(128), is_good BOOLEAN, measured_at TIMESTAMP, sensor VARCHAR(128), value DOUBLE PRECISION, device.site VARCHAR(256)
-- A load writes the groups whose rows it changes into the first table, in its own transaction. The refresh takes them
-- from there, and computes them again from all their rows.
CREATE TABLE "staging"."hourly__touched" AS
SELECT
    date_trunc('hour', "own__row"."measured_at") AS "hour",
    coalesce("device"."site", 'unknown') AS "site",
    "own__row"."sensor" AS "sensor"
FROM "core"."measurement" AS "own__row"
LEFT JOIN "core"."device" AS "device"
    ON "own__row"."device_id" = "device"."device_id"
WHERE 1 = 0;

CREATE TABLE "staging"."hourly__touching" AS
SELECT
    date_trunc('hour', "own__row"."measured_at") AS "hour",
    coalesce("device"."site", 'unknown') AS "site",
    "own__row"."sensor" AS "sensor"
FROM "core"."measurement" AS "own__row"
LEFT JOIN "core"."device" AS "device"
    ON "own__row"."device_id" = "device"."device_id"
WHERE 1 = 0;

CREATE TABLE "mart"."hourly" AS
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

-- The groups that the rows of a load of measurement are in before it.
CREATE OR REPLACE PROCEDURE "mart"."before__hourly"()
AS $$
BEGIN
    INSERT INTO "staging"."hourly__touched" ("hour", "site", "sensor")
    SELECT DISTINCT
        date_trunc('hour', "own__row"."measured_at") AS "hour",
        coalesce("device"."site", 'unknown') AS "site",
        "own__row"."sensor" AS "sensor"
    FROM "core"."measurement" AS "own__row"
    JOIN "staging"."measurement__latest" AS "loaded__row"
        ON "own__row"."device_id" = "loaded__row"."device_id" AND "own__row"."sensor" = "loaded__row"."sensor" AND "own__row"."measured_at" = "loaded__row"."measured_at"
    LEFT JOIN "core"."device" AS "device"
        ON "own__row"."device_id" = "device"."device_id"
    WHERE 1 = 1
        AND "own__row"."measured_at" BETWEEN (SELECT MIN("measured_at") FROM "staging"."measurement__latest") AND (SELECT MAX("measured_at") FROM "staging"."measurement__latest");
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups that the rows of a load of measurement are in after it.
CREATE OR REPLACE PROCEDURE "mart"."after__hourly"()
AS $$
BEGIN
    INSERT INTO "staging"."hourly__touched" ("hour", "site", "sensor")
    SELECT DISTINCT
        date_trunc('hour', "own__row"."measured_at") AS "hour",
        coalesce("device"."site", 'unknown') AS "site",
        "own__row"."sensor" AS "sensor"
    FROM "staging"."measurement__latest" AS "own__row"
    LEFT JOIN "core"."device" AS "device"
        ON "own__row"."device_id" = "device"."device_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows that join those of a load of device.
CREATE OR REPLACE PROCEDURE "mart"."dim__hourly__device"()
AS $$
BEGIN
    INSERT INTO "staging"."hourly__touched" ("hour", "site", "sensor")
    SELECT DISTINCT
        date_trunc('hour', "own__row"."measured_at") AS "hour",
        coalesce("device"."site", 'unknown') AS "site",
        "own__row"."sensor" AS "sensor"
    FROM "core"."measurement" AS "own__row"
    JOIN "staging"."device__latest" AS "loaded__row"
        ON "own__row"."device_id" = "loaded__row"."device_id"
    LEFT JOIN "core"."device" AS "device"
        ON "own__row"."device_id" = "device"."device_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows of measurement that are older than the retention.
CREATE OR REPLACE PROCEDURE "mart"."gone__hourly"()
AS $$
BEGIN
    INSERT INTO "staging"."hourly__touched" ("hour", "site", "sensor")
    SELECT DISTINCT
        date_trunc('hour', "own__row"."measured_at") AS "hour",
        coalesce("device"."site", 'unknown') AS "site",
        "own__row"."sensor" AS "sensor"
    FROM "core"."measurement" AS "own__row"
    LEFT JOIN "core"."device" AS "device"
        ON "own__row"."device_id" = "device"."device_id"
    WHERE 1 = 1 AND "own__row"."measured_at" < DATEADD(day, -364, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes the groups again that loads have changed. Readers see the old rows until all new ones are there.
CREATE OR REPLACE PROCEDURE "mart"."groups__hourly"()
AS $$
BEGIN
    -- Refreshes run one after the other.
    LOCK TABLE "staging"."hourly__touching";
    DELETE FROM "staging"."hourly__touching";
    INSERT INTO "staging"."hourly__touching" ("hour", "site", "sensor")
    SELECT DISTINCT "hour", "site", "sensor"
    FROM "staging"."hourly__touched";
    -- What a load adds from now on stays for the next refresh. NULL is a group, too.
    DELETE FROM "staging"."hourly__touched"
    USING "staging"."hourly__touching"
    WHERE "hourly__touched"."hour" = "hourly__touching"."hour"
        AND "hourly__touched"."site" = "hourly__touching"."site"
        AND "hourly__touched"."sensor" = "hourly__touching"."sensor";
    DELETE FROM "mart"."hourly"
    USING "staging"."hourly__touching"
    WHERE "hourly"."hour" = "hourly__touching"."hour"
        AND "hourly"."site" = "hourly__touching"."site"
        AND "hourly"."sensor" = "hourly__touching"."sensor";
    INSERT INTO "mart"."hourly" ("hour", "site", "sensor", "measurements", "lowest", "mean", "total", "readings", "highest", "devices")
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
    JOIN "staging"."hourly__touching" AS "group__row"
        ON date_trunc('hour', "own__row"."measured_at") = "group__row"."hour"
        AND coalesce("device"."site", 'unknown') = "group__row"."site"
        AND "own__row"."sensor" = "group__row"."sensor"
    WHERE 1 = 1
        AND ("own__row"."is_good")
        -- The sort key: only the blocks of these periods are read.
        AND "own__row"."measured_at" >= (SELECT MIN("hour") FROM "staging"."hourly__touching")
        AND "own__row"."measured_at" < (SELECT DATEADD(day, 1, MAX("hour")) FROM "staging"."hourly__touching")
    GROUP BY 1, 2, 3;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes all groups again, every night: whatever changed rows without a load is in it then.
CREATE OR REPLACE PROCEDURE "mart"."rebuild__hourly"()
AS $$
BEGIN
    LOCK TABLE "staging"."hourly__touching";
    DELETE FROM "mart"."hourly";
    INSERT INTO "mart"."hourly" ("hour", "site", "sensor", "measurements", "lowest", "mean", "total", "readings", "highest", "devices")
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
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
