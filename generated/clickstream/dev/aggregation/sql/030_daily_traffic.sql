-- Aggregate daily_traffic over event. Visits and page views per day, by country and device.
-- Refresh: by group, because a view would be computed again from all rows: distinct values cannot be added up
-- Reads: amount DECIMAL(12,2), country VARCHAR(16), device VARCHAR(128), event_type VARCHAR(128), is_purchase BOOLEAN, occurred_at TIMESTAMP, session_id VARCHAR(256), visitor_id VARCHAR(256)
-- A load writes the groups whose rows it changes into the first table, in its own transaction. The refresh takes them
-- from there, and computes them again from all their rows.
CREATE TABLE "staging"."daily_traffic__touched" AS
SELECT
    date_trunc('day', "own__row"."occurred_at") AS "day",
    coalesce("own__row"."country", '??') AS "country",
    coalesce("own__row"."device", 'unknown') AS "device"
FROM "core"."event" AS "own__row"
WHERE 1 = 0;

CREATE TABLE "staging"."daily_traffic__touching" AS
SELECT
    date_trunc('day', "own__row"."occurred_at") AS "day",
    coalesce("own__row"."country", '??') AS "country",
    coalesce("own__row"."device", 'unknown') AS "device"
FROM "core"."event" AS "own__row"
WHERE 1 = 0;

CREATE TABLE "mart"."daily_traffic" AS
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

-- The groups that the rows of a load of event are in before it.
CREATE OR REPLACE PROCEDURE "mart"."before__daily_traffic"()
AS $$
BEGIN
    INSERT INTO "staging"."daily_traffic__touched" ("day", "country", "device")
    SELECT DISTINCT
        date_trunc('day', "own__row"."occurred_at") AS "day",
        coalesce("own__row"."country", '??') AS "country",
        coalesce("own__row"."device", 'unknown') AS "device"
    FROM "core"."event" AS "own__row"
    JOIN "staging"."event__latest" AS "loaded__row"
        ON "own__row"."event_id" = "loaded__row"."event_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups that the rows of a load of event are in after it.
CREATE OR REPLACE PROCEDURE "mart"."after__daily_traffic"()
AS $$
BEGIN
    INSERT INTO "staging"."daily_traffic__touched" ("day", "country", "device")
    SELECT DISTINCT
        date_trunc('day', "own__row"."occurred_at") AS "day",
        coalesce("own__row"."country", '??') AS "country",
        coalesce("own__row"."device", 'unknown') AS "device"
    FROM "staging"."event__latest" AS "own__row"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows of event that are older than the retention.
CREATE OR REPLACE PROCEDURE "mart"."gone__daily_traffic"()
AS $$
BEGIN
    INSERT INTO "staging"."daily_traffic__touched" ("day", "country", "device")
    SELECT DISTINCT
        date_trunc('day', "own__row"."occurred_at") AS "day",
        coalesce("own__row"."country", '??') AS "country",
        coalesce("own__row"."device", 'unknown') AS "device"
    FROM "core"."event" AS "own__row"
    WHERE 1 = 1 AND "own__row"."occurred_at" < DATEADD(day, -29, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes the groups again that loads have changed. Readers see the old rows until all new ones are there.
CREATE OR REPLACE PROCEDURE "mart"."groups__daily_traffic"()
AS $$
BEGIN
    -- Refreshes run one after the other.
    LOCK TABLE "staging"."daily_traffic__touching";
    DELETE FROM "staging"."daily_traffic__touching";
    INSERT INTO "staging"."daily_traffic__touching" ("day", "country", "device")
    SELECT DISTINCT "day", "country", "device"
    FROM "staging"."daily_traffic__touched";
    -- What a load adds from now on stays for the next refresh. NULL is a group, too.
    DELETE FROM "staging"."daily_traffic__touched"
    USING "staging"."daily_traffic__touching"
    WHERE "daily_traffic__touched"."day" = "daily_traffic__touching"."day"
        AND "daily_traffic__touched"."country" = "daily_traffic__touching"."country"
        AND "daily_traffic__touched"."device" = "daily_traffic__touching"."device";
    DELETE FROM "mart"."daily_traffic"
    USING "staging"."daily_traffic__touching"
    WHERE "daily_traffic"."day" = "daily_traffic__touching"."day"
        AND "daily_traffic"."country" = "daily_traffic__touching"."country"
        AND "daily_traffic"."device" = "daily_traffic__touching"."device";
    INSERT INTO "mart"."daily_traffic" ("day", "country", "device", "visitors", "sessions", "page_views", "purchases", "revenue")
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
    JOIN "staging"."daily_traffic__touching" AS "group__row"
        ON date_trunc('day', "own__row"."occurred_at") = "group__row"."day"
        AND coalesce("own__row"."country", '??') = "group__row"."country"
        AND coalesce("own__row"."device", 'unknown') = "group__row"."device"
    WHERE 1 = 1
        -- The sort key: only the blocks of these periods are read.
        AND "own__row"."occurred_at" >= (SELECT MIN("day") FROM "staging"."daily_traffic__touching")
        AND "own__row"."occurred_at" < (SELECT DATEADD(day, 2, MAX("day")) FROM "staging"."daily_traffic__touching")
    GROUP BY 1, 2, 3;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes all groups again, every night: whatever changed rows without a load is in it then.
CREATE OR REPLACE PROCEDURE "mart"."rebuild__daily_traffic"()
AS $$
BEGIN
    LOCK TABLE "staging"."daily_traffic__touching";
    DELETE FROM "mart"."daily_traffic";
    INSERT INTO "mart"."daily_traffic" ("day", "country", "device", "visitors", "sessions", "page_views", "purchases", "revenue")
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
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
