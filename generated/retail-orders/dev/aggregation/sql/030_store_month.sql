-- Aggregate store_month over order_line. Sales of each store per month.
-- Refresh: by group, because a view would be computed again from all rows: an outer join keeps rows without a match
-- Reads: is_cancelled BOOLEAN, net_amount DECIMAL(18,2), ordered_on DATE, status VARCHAR(64), store_id INTEGER, store.city VARCHAR(512), store.name VARCHAR(512)
-- A load writes the groups whose rows it changes into the first table, in its own transaction. The refresh takes them
-- from there, and computes them again from all their rows.
CREATE TABLE "staging"."store_month__touched" AS
SELECT
    date_trunc('month', cast("own__row"."ordered_on" as timestamp)) AS "month",
    "store"."name" AS "store",
    "store"."city" AS "city"
FROM "core"."order_line" AS "own__row"
LEFT JOIN "core"."store" AS "store"
    ON "own__row"."store_id" = "store"."store_id"
WHERE 1 = 0;

CREATE TABLE "staging"."store_month__touching" AS
SELECT
    date_trunc('month', cast("own__row"."ordered_on" as timestamp)) AS "month",
    "store"."name" AS "store",
    "store"."city" AS "city"
FROM "core"."order_line" AS "own__row"
LEFT JOIN "core"."store" AS "store"
    ON "own__row"."store_id" = "store"."store_id"
WHERE 1 = 0;

CREATE TABLE "mart"."store_month" AS
SELECT
    date_trunc('month', cast("own__row"."ordered_on" as timestamp)) AS "month",
    "store"."name" AS "store",
    "store"."city" AS "city",
    count(*) AS "lines",
    cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue",
    count(case when "own__row"."status" = 'returned' then 1 end) AS "returns"
FROM "core"."order_line" AS "own__row"
LEFT JOIN "core"."store" AS "store"
    ON "own__row"."store_id" = "store"."store_id"
WHERE "own__row"."store_id" is not null and not "own__row"."is_cancelled"
GROUP BY 1, 2, 3;

-- The groups that the rows of a load of order_line are in before it.
CREATE OR REPLACE PROCEDURE "mart"."before__store_month"()
AS $$
BEGIN
    INSERT INTO "staging"."store_month__touched" ("month", "store", "city")
    SELECT DISTINCT
        date_trunc('month', cast("own__row"."ordered_on" as timestamp)) AS "month",
        "store"."name" AS "store",
        "store"."city" AS "city"
    FROM "core"."order_line" AS "own__row"
    JOIN "staging"."order_line__latest" AS "loaded__row"
        ON "own__row"."order_id" = "loaded__row"."order_id" AND "own__row"."line_number" = "loaded__row"."line_number"
    LEFT JOIN "core"."store" AS "store"
        ON "own__row"."store_id" = "store"."store_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups that the rows of a load of order_line are in after it.
CREATE OR REPLACE PROCEDURE "mart"."after__store_month"()
AS $$
BEGIN
    INSERT INTO "staging"."store_month__touched" ("month", "store", "city")
    SELECT DISTINCT
        date_trunc('month', cast("own__row"."ordered_on" as timestamp)) AS "month",
        "store"."name" AS "store",
        "store"."city" AS "city"
    FROM "staging"."order_line__latest" AS "own__row"
    LEFT JOIN "core"."store" AS "store"
        ON "own__row"."store_id" = "store"."store_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows that join those of a load of store.
CREATE OR REPLACE PROCEDURE "mart"."dim__store_month__store"()
AS $$
BEGIN
    INSERT INTO "staging"."store_month__touched" ("month", "store", "city")
    SELECT DISTINCT
        date_trunc('month', cast("own__row"."ordered_on" as timestamp)) AS "month",
        "store"."name" AS "store",
        "store"."city" AS "city"
    FROM "core"."order_line" AS "own__row"
    JOIN "staging"."store__latest" AS "loaded__row"
        ON "own__row"."store_id" = "loaded__row"."store_id"
    LEFT JOIN "core"."store" AS "store"
        ON "own__row"."store_id" = "store"."store_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows of order_line that are older than the retention.
CREATE OR REPLACE PROCEDURE "mart"."gone__store_month"()
AS $$
BEGIN
    INSERT INTO "staging"."store_month__touched" ("month", "store", "city")
    SELECT DISTINCT
        date_trunc('month', cast("own__row"."ordered_on" as timestamp)) AS "month",
        "store"."name" AS "store",
        "store"."city" AS "city"
    FROM "core"."order_line" AS "own__row"
    LEFT JOIN "core"."store" AS "store"
        ON "own__row"."store_id" = "store"."store_id"
    WHERE 1 = 1 AND "own__row"."changed_at" < DATEADD(day, -59, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes the groups again that loads have changed. Readers see the old rows until all new ones are there.
CREATE OR REPLACE PROCEDURE "mart"."groups__store_month"()
AS $$
BEGIN
    -- Refreshes run one after the other.
    LOCK TABLE "staging"."store_month__touching";
    DELETE FROM "staging"."store_month__touching";
    INSERT INTO "staging"."store_month__touching" ("month", "store", "city")
    SELECT DISTINCT "month", "store", "city"
    FROM "staging"."store_month__touched";
    -- What a load adds from now on stays for the next refresh. NULL is a group, too.
    DELETE FROM "staging"."store_month__touched"
    USING "staging"."store_month__touching"
    WHERE "store_month__touched"."month" = "store_month__touching"."month"
        AND COALESCE("store_month__touched"."store", '') = COALESCE("store_month__touching"."store", '')
        AND CASE WHEN "store_month__touched"."store" IS NULL THEN 1 ELSE 0 END = CASE WHEN "store_month__touching"."store" IS NULL THEN 1 ELSE 0 END
        AND COALESCE("store_month__touched"."city", '') = COALESCE("store_month__touching"."city", '')
        AND CASE WHEN "store_month__touched"."city" IS NULL THEN 1 ELSE 0 END = CASE WHEN "store_month__touching"."city" IS NULL THEN 1 ELSE 0 END;
    DELETE FROM "mart"."store_month"
    USING "staging"."store_month__touching"
    WHERE "store_month"."month" = "store_month__touching"."month"
        AND COALESCE("store_month"."store", '') = COALESCE("store_month__touching"."store", '')
        AND CASE WHEN "store_month"."store" IS NULL THEN 1 ELSE 0 END = CASE WHEN "store_month__touching"."store" IS NULL THEN 1 ELSE 0 END
        AND COALESCE("store_month"."city", '') = COALESCE("store_month__touching"."city", '')
        AND CASE WHEN "store_month"."city" IS NULL THEN 1 ELSE 0 END = CASE WHEN "store_month__touching"."city" IS NULL THEN 1 ELSE 0 END;
    INSERT INTO "mart"."store_month" ("month", "store", "city", "lines", "revenue", "returns")
    SELECT
        date_trunc('month', cast("own__row"."ordered_on" as timestamp)) AS "month",
        "store"."name" AS "store",
        "store"."city" AS "city",
        count(*) AS "lines",
        cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue",
        count(case when "own__row"."status" = 'returned' then 1 end) AS "returns"
    FROM "core"."order_line" AS "own__row"
    LEFT JOIN "core"."store" AS "store"
        ON "own__row"."store_id" = "store"."store_id"
    JOIN "staging"."store_month__touching" AS "group__row"
        ON date_trunc('month', cast("own__row"."ordered_on" as timestamp)) = "group__row"."month"
        AND COALESCE("store"."name", '') = COALESCE("group__row"."store", '')
        AND CASE WHEN "store"."name" IS NULL THEN 1 ELSE 0 END = CASE WHEN "group__row"."store" IS NULL THEN 1 ELSE 0 END
        AND COALESCE("store"."city", '') = COALESCE("group__row"."city", '')
        AND CASE WHEN "store"."city" IS NULL THEN 1 ELSE 0 END = CASE WHEN "group__row"."city" IS NULL THEN 1 ELSE 0 END
    WHERE 1 = 1
        AND ("own__row"."store_id" is not null and not "own__row"."is_cancelled")
    GROUP BY 1, 2, 3;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes all groups again, every night: whatever changed rows without a load is in it then.
CREATE OR REPLACE PROCEDURE "mart"."rebuild__store_month"()
AS $$
BEGIN
    LOCK TABLE "staging"."store_month__touching";
    DELETE FROM "mart"."store_month";
    INSERT INTO "mart"."store_month" ("month", "store", "city", "lines", "revenue", "returns")
    SELECT
        date_trunc('month', cast("own__row"."ordered_on" as timestamp)) AS "month",
        "store"."name" AS "store",
        "store"."city" AS "city",
        count(*) AS "lines",
        cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue",
        count(case when "own__row"."status" = 'returned' then 1 end) AS "returns"
    FROM "core"."order_line" AS "own__row"
    LEFT JOIN "core"."store" AS "store"
        ON "own__row"."store_id" = "store"."store_id"
    WHERE "own__row"."store_id" is not null and not "own__row"."is_cancelled"
    GROUP BY 1, 2, 3;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
