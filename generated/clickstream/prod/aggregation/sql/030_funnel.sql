-- Aggregate funnel over event. One row per session and funnel step that it reached.
-- Refresh: by group, because a view would be computed again from all rows: distinct values cannot be added up
-- Reads: event_type VARCHAR(128), funnel_step INTEGER, occurred_at TIMESTAMP, session_id VARCHAR(256)
-- A load writes the groups whose rows it changes into the first table, in its own transaction. The refresh takes them
-- from there, and computes them again from all their rows.
CREATE TABLE "staging"."funnel__touched" AS
SELECT
    "own__row"."session_id" AS "session_id",
    "own__row"."event_type" AS "step"
FROM "core"."event" AS "own__row"
WHERE 1 = 0;

CREATE TABLE "staging"."funnel__touching" AS
SELECT
    "own__row"."session_id" AS "session_id",
    "own__row"."event_type" AS "step"
FROM "core"."event" AS "own__row"
WHERE 1 = 0;

CREATE TABLE "mart"."funnel" AS
SELECT
    "own__row"."session_id" AS "session_id",
    "own__row"."event_type" AS "step",
    date_trunc('day', min("own__row"."occurred_at")) AS "day",
    max("own__row"."funnel_step") AS "step_number",
    count(distinct "own__row"."session_id") AS "sessions"
FROM "core"."event" AS "own__row"
WHERE "own__row"."funnel_step" is not null
GROUP BY 1, 2;

-- The groups that the rows of a load of event are in before it.
CREATE OR REPLACE PROCEDURE "mart"."before__funnel"()
AS $$
BEGIN
    INSERT INTO "staging"."funnel__touched" ("session_id", "step")
    SELECT DISTINCT
        "own__row"."session_id" AS "session_id",
        "own__row"."event_type" AS "step"
    FROM "core"."event" AS "own__row"
    JOIN "staging"."event__latest" AS "loaded__row"
        ON "own__row"."event_id" = "loaded__row"."event_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups that the rows of a load of event are in after it.
CREATE OR REPLACE PROCEDURE "mart"."after__funnel"()
AS $$
BEGIN
    INSERT INTO "staging"."funnel__touched" ("session_id", "step")
    SELECT DISTINCT
        "own__row"."session_id" AS "session_id",
        "own__row"."event_type" AS "step"
    FROM "staging"."event__latest" AS "own__row"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows of event that are older than the retention.
CREATE OR REPLACE PROCEDURE "mart"."gone__funnel"()
AS $$
BEGIN
    INSERT INTO "staging"."funnel__touched" ("session_id", "step")
    SELECT DISTINCT
        "own__row"."session_id" AS "session_id",
        "own__row"."event_type" AS "step"
    FROM "core"."event" AS "own__row"
    WHERE 1 = 1 AND "own__row"."occurred_at" < DATEADD(day, -389, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes the groups again that loads have changed. Readers see the old rows until all new ones are there.
CREATE OR REPLACE PROCEDURE "mart"."groups__funnel"()
AS $$
BEGIN
    -- Refreshes run one after the other.
    LOCK TABLE "staging"."funnel__touching";
    DELETE FROM "staging"."funnel__touching";
    INSERT INTO "staging"."funnel__touching" ("session_id", "step")
    SELECT DISTINCT "session_id", "step"
    FROM "staging"."funnel__touched";
    -- What a load adds from now on stays for the next refresh. NULL is a group, too.
    DELETE FROM "staging"."funnel__touched"
    USING "staging"."funnel__touching"
    WHERE "funnel__touched"."session_id" = "funnel__touching"."session_id"
        AND "funnel__touched"."step" = "funnel__touching"."step";
    DELETE FROM "mart"."funnel"
    USING "staging"."funnel__touching"
    WHERE "funnel"."session_id" = "funnel__touching"."session_id"
        AND "funnel"."step" = "funnel__touching"."step";
    INSERT INTO "mart"."funnel" ("session_id", "step", "day", "step_number", "sessions")
    SELECT
        "own__row"."session_id" AS "session_id",
        "own__row"."event_type" AS "step",
        date_trunc('day', min("own__row"."occurred_at")) AS "day",
        max("own__row"."funnel_step") AS "step_number",
        count(distinct "own__row"."session_id") AS "sessions"
    FROM "core"."event" AS "own__row"
    JOIN "staging"."funnel__touching" AS "group__row"
        ON "own__row"."session_id" = "group__row"."session_id"
        AND "own__row"."event_type" = "group__row"."step"
    WHERE 1 = 1
        AND ("own__row"."funnel_step" is not null)
    GROUP BY 1, 2;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes all groups again, every night: whatever changed rows without a load is in it then.
CREATE OR REPLACE PROCEDURE "mart"."rebuild__funnel"()
AS $$
BEGIN
    LOCK TABLE "staging"."funnel__touching";
    DELETE FROM "mart"."funnel";
    INSERT INTO "mart"."funnel" ("session_id", "step", "day", "step_number", "sessions")
    SELECT
        "own__row"."session_id" AS "session_id",
        "own__row"."event_type" AS "step",
        date_trunc('day', min("own__row"."occurred_at")) AS "day",
        max("own__row"."funnel_step") AS "step_number",
        count(distinct "own__row"."session_id") AS "sessions"
    FROM "core"."event" AS "own__row"
    WHERE "own__row"."funnel_step" is not null
    GROUP BY 1, 2;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
