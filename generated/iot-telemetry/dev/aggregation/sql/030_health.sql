-- Aggregate health over measurement. Sensor health per day.
-- Refresh: by group, because a view would be computed again from all rows: an outer join keeps rows without a match
-- Reads: device_id VARCHAR(128), is_good BOOLEAN, measured_at TIMESTAMP, device.model VARCHAR(256)
-- A load writes the groups whose rows it changes into the first table, in its own transaction. The refresh takes them
-- from there, and computes them again from all their rows.
CREATE TABLE "staging"."health__touched" AS
SELECT
    date_trunc('day', "own__row"."measured_at") AS "day",
    coalesce("device"."model", 'unknown') AS "model"
FROM "core"."measurement" AS "own__row"
LEFT JOIN "core"."device" AS "device"
    ON "own__row"."device_id" = "device"."device_id"
WHERE 1 = 0;

CREATE TABLE "staging"."health__touching" AS
SELECT
    date_trunc('day', "own__row"."measured_at") AS "day",
    coalesce("device"."model", 'unknown') AS "model"
FROM "core"."measurement" AS "own__row"
LEFT JOIN "core"."device" AS "device"
    ON "own__row"."device_id" = "device"."device_id"
WHERE 1 = 0;

CREATE TABLE "mart"."health" AS
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

-- The groups that the rows of a load of measurement are in before it.
CREATE OR REPLACE PROCEDURE "mart"."before__health"()
AS $$
BEGIN
    INSERT INTO "staging"."health__touched" ("day", "model")
    SELECT DISTINCT
        date_trunc('day', "own__row"."measured_at") AS "day",
        coalesce("device"."model", 'unknown') AS "model"
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
CREATE OR REPLACE PROCEDURE "mart"."after__health"()
AS $$
BEGIN
    INSERT INTO "staging"."health__touched" ("day", "model")
    SELECT DISTINCT
        date_trunc('day', "own__row"."measured_at") AS "day",
        coalesce("device"."model", 'unknown') AS "model"
    FROM "staging"."measurement__latest" AS "own__row"
    LEFT JOIN "core"."device" AS "device"
        ON "own__row"."device_id" = "device"."device_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows that join those of a load of device.
CREATE OR REPLACE PROCEDURE "mart"."dim__health__device"()
AS $$
BEGIN
    INSERT INTO "staging"."health__touched" ("day", "model")
    SELECT DISTINCT
        date_trunc('day', "own__row"."measured_at") AS "day",
        coalesce("device"."model", 'unknown') AS "model"
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
CREATE OR REPLACE PROCEDURE "mart"."gone__health"()
AS $$
BEGIN
    INSERT INTO "staging"."health__touched" ("day", "model")
    SELECT DISTINCT
        date_trunc('day', "own__row"."measured_at") AS "day",
        coalesce("device"."model", 'unknown') AS "model"
    FROM "core"."measurement" AS "own__row"
    LEFT JOIN "core"."device" AS "device"
        ON "own__row"."device_id" = "device"."device_id"
    WHERE 1 = 1 AND "own__row"."measured_at" < DATEADD(day, -364, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes the groups again that loads have changed. Readers see the old rows until all new ones are there.
CREATE OR REPLACE PROCEDURE "mart"."groups__health"()
AS $$
BEGIN
    -- Refreshes run one after the other.
    LOCK TABLE "staging"."health__touching";
    DELETE FROM "staging"."health__touching";
    INSERT INTO "staging"."health__touching" ("day", "model")
    SELECT DISTINCT "day", "model"
    FROM "staging"."health__touched";
    -- What a load adds from now on stays for the next refresh. NULL is a group, too.
    DELETE FROM "staging"."health__touched"
    USING "staging"."health__touching"
    WHERE "health__touched"."day" = "health__touching"."day"
        AND "health__touched"."model" = "health__touching"."model";
    DELETE FROM "mart"."health"
    USING "staging"."health__touching"
    WHERE "health"."day" = "health__touching"."day"
        AND "health"."model" = "health__touching"."model";
    INSERT INTO "mart"."health" ("day", "model", "measurements", "faults", "devices")
    SELECT
        date_trunc('day', "own__row"."measured_at") AS "day",
        coalesce("device"."model", 'unknown') AS "model",
        count(*) AS "measurements",
        count(case when not "own__row"."is_good" then 1 end) AS "faults",
        count(distinct "own__row"."device_id") AS "devices"
    FROM "core"."measurement" AS "own__row"
    LEFT JOIN "core"."device" AS "device"
        ON "own__row"."device_id" = "device"."device_id"
    JOIN "staging"."health__touching" AS "group__row"
        ON date_trunc('day', "own__row"."measured_at") = "group__row"."day"
        AND coalesce("device"."model", 'unknown') = "group__row"."model"
    WHERE 1 = 1
        -- The sort key: only the blocks of these periods are read.
        AND "own__row"."measured_at" >= (SELECT MIN("day") FROM "staging"."health__touching")
        AND "own__row"."measured_at" < (SELECT DATEADD(day, 2, MAX("day")) FROM "staging"."health__touching")
    GROUP BY 1, 2;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes all groups again, every night: whatever changed rows without a load is in it then.
CREATE OR REPLACE PROCEDURE "mart"."rebuild__health"()
AS $$
BEGIN
    LOCK TABLE "staging"."health__touching";
    DELETE FROM "mart"."health";
    INSERT INTO "mart"."health" ("day", "model", "measurements", "faults", "devices")
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
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
