-- Aggregate session over event. One row per session: when it began, how long it lasted, and the furthest funnel step.
-- Refresh: by group, because a view would be computed again from all rows: distinct values cannot be added up
-- Reads: amount DECIMAL(12,2), country VARCHAR(16), device VARCHAR(128), event_type VARCHAR(128), funnel_step INTEGER, is_purchase BOOLEAN, occurred_at TIMESTAMP, session_id VARCHAR(256), visitor_id VARCHAR(256)
-- A load writes the groups whose rows it changes into the first table, in its own transaction. The refresh takes them
-- from there, and computes them again from all their rows.
CREATE TABLE "staging"."session__touched" AS
SELECT
    "own__row"."session_id" AS "session_id"
FROM "core"."event" AS "own__row"
WHERE 1 = 0;

CREATE TABLE "staging"."session__touching" AS
SELECT
    "own__row"."session_id" AS "session_id"
FROM "core"."event" AS "own__row"
WHERE 1 = 0;

CREATE TABLE "mart"."session" AS
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

-- The groups that the rows of a load of event are in before it.
CREATE OR REPLACE PROCEDURE "mart"."before__session"()
AS $$
BEGIN
    INSERT INTO "staging"."session__touched" ("session_id")
    SELECT DISTINCT
        "own__row"."session_id" AS "session_id"
    FROM "core"."event" AS "own__row"
    JOIN "staging"."event__latest" AS "loaded__row"
        ON "own__row"."event_id" = "loaded__row"."event_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups that the rows of a load of event are in after it.
CREATE OR REPLACE PROCEDURE "mart"."after__session"()
AS $$
BEGIN
    INSERT INTO "staging"."session__touched" ("session_id")
    SELECT DISTINCT
        "own__row"."session_id" AS "session_id"
    FROM "staging"."event__latest" AS "own__row"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows of event that are older than the retention.
CREATE OR REPLACE PROCEDURE "mart"."gone__session"()
AS $$
BEGIN
    INSERT INTO "staging"."session__touched" ("session_id")
    SELECT DISTINCT
        "own__row"."session_id" AS "session_id"
    FROM "core"."event" AS "own__row"
    WHERE 1 = 1 AND "own__row"."occurred_at" < DATEADD(day, -389, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes the groups again that loads have changed. Readers see the old rows until all new ones are there.
CREATE OR REPLACE PROCEDURE "mart"."groups__session"()
AS $$
BEGIN
    -- Refreshes run one after the other.
    LOCK TABLE "staging"."session__touching";
    DELETE FROM "staging"."session__touching";
    INSERT INTO "staging"."session__touching" ("session_id")
    SELECT DISTINCT "session_id"
    FROM "staging"."session__touched";
    -- What a load adds from now on stays for the next refresh. NULL is a group, too.
    DELETE FROM "staging"."session__touched"
    USING "staging"."session__touching"
    WHERE "session__touched"."session_id" = "session__touching"."session_id";
    DELETE FROM "mart"."session"
    USING "staging"."session__touching"
    WHERE "session"."session_id" = "session__touching"."session_id";
    INSERT INTO "mart"."session" ("session_id", "visitor_id", "day", "country", "device", "sessions", "page_views", "purchases", "started_at", "ended_at", "events", "furthest_step", "revenue")
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
    JOIN "staging"."session__touching" AS "group__row"
        ON "own__row"."session_id" = "group__row"."session_id"
    WHERE 1 = 1
    GROUP BY 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes all groups again, every night: whatever changed rows without a load is in it then.
CREATE OR REPLACE PROCEDURE "mart"."rebuild__session"()
AS $$
BEGIN
    LOCK TABLE "staging"."session__touching";
    DELETE FROM "mart"."session";
    INSERT INTO "mart"."session" ("session_id", "visitor_id", "day", "country", "device", "sessions", "page_views", "purchases", "started_at", "ended_at", "events", "furthest_step", "revenue")
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
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
