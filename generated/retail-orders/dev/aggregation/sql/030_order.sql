-- Aggregate order over order_line. One row per order, without canceled lines.
-- Refresh: by group, because a view would be computed again from all rows: an outer join keeps rows without a match
-- Reads: channel VARCHAR(32), is_cancelled BOOLEAN, net_amount DECIMAL(18,2), order_id BIGINT, ordered_on DATE, quantity INTEGER, customer.country VARCHAR(16)
-- A load writes the groups whose rows it changes into the first table, in its own transaction. The refresh takes them
-- from there, and computes them again from all their rows.
CREATE TABLE "staging"."order__touched" AS
SELECT
    "own__row"."order_id" AS "order_id"
FROM "core"."order_line" AS "own__row"
WHERE 1 = 0;

CREATE TABLE "staging"."order__touching" AS
SELECT
    "own__row"."order_id" AS "order_id"
FROM "core"."order_line" AS "own__row"
WHERE 1 = 0;

CREATE TABLE "mart"."order" AS
SELECT
    "own__row"."order_id" AS "order_id",
    min("own__row"."ordered_on") AS "day",
    coalesce(max("customer"."country"), '??') AS "country",
    max("own__row"."channel") AS "channel",
    count(distinct "own__row"."order_id") AS "orders",
    count(*) AS "lines",
    sum("own__row"."quantity") AS "units",
    cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue"
FROM "core"."order_line" AS "own__row"
LEFT JOIN "core"."customer" AS "customer"
    ON "own__row"."customer_id" = "customer"."customer_id"
WHERE not "own__row"."is_cancelled"
GROUP BY 1;

-- The groups that the rows of a load of order_line are in before it.
CREATE OR REPLACE PROCEDURE "mart"."before__order"()
AS $$
BEGIN
    INSERT INTO "staging"."order__touched" ("order_id")
    SELECT DISTINCT
        "own__row"."order_id" AS "order_id"
    FROM "core"."order_line" AS "own__row"
    JOIN "staging"."order_line__latest" AS "loaded__row"
        ON "own__row"."order_id" = "loaded__row"."order_id" AND "own__row"."line_number" = "loaded__row"."line_number"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups that the rows of a load of order_line are in after it.
CREATE OR REPLACE PROCEDURE "mart"."after__order"()
AS $$
BEGIN
    INSERT INTO "staging"."order__touched" ("order_id")
    SELECT DISTINCT
        "own__row"."order_id" AS "order_id"
    FROM "staging"."order_line__latest" AS "own__row"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows that join those of a load of customer.
CREATE OR REPLACE PROCEDURE "mart"."dim__order__customer"()
AS $$
BEGIN
    INSERT INTO "staging"."order__touched" ("order_id")
    SELECT DISTINCT
        "own__row"."order_id" AS "order_id"
    FROM "core"."order_line" AS "own__row"
    JOIN "staging"."customer__latest" AS "loaded__row"
        ON "own__row"."customer_id" = "loaded__row"."customer_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows of order_line that are older than the retention.
CREATE OR REPLACE PROCEDURE "mart"."gone__order"()
AS $$
BEGIN
    INSERT INTO "staging"."order__touched" ("order_id")
    SELECT DISTINCT
        "own__row"."order_id" AS "order_id"
    FROM "core"."order_line" AS "own__row"
    WHERE 1 = 1 AND "own__row"."changed_at" < DATEADD(day, -59, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes the groups again that loads have changed. Readers see the old rows until all new ones are there.
CREATE OR REPLACE PROCEDURE "mart"."groups__order"()
AS $$
BEGIN
    -- Refreshes run one after the other.
    LOCK TABLE "staging"."order__touching";
    DELETE FROM "staging"."order__touching";
    INSERT INTO "staging"."order__touching" ("order_id")
    SELECT DISTINCT "order_id"
    FROM "staging"."order__touched";
    -- What a load adds from now on stays for the next refresh. NULL is a group, too.
    DELETE FROM "staging"."order__touched"
    USING "staging"."order__touching"
    WHERE "order__touched"."order_id" = "order__touching"."order_id";
    DELETE FROM "mart"."order"
    USING "staging"."order__touching"
    WHERE "order"."order_id" = "order__touching"."order_id";
    INSERT INTO "mart"."order" ("order_id", "day", "country", "channel", "orders", "lines", "units", "revenue")
    SELECT
        "own__row"."order_id" AS "order_id",
        min("own__row"."ordered_on") AS "day",
        coalesce(max("customer"."country"), '??') AS "country",
        max("own__row"."channel") AS "channel",
        count(distinct "own__row"."order_id") AS "orders",
        count(*) AS "lines",
        sum("own__row"."quantity") AS "units",
        cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue"
    FROM "core"."order_line" AS "own__row"
    LEFT JOIN "core"."customer" AS "customer"
        ON "own__row"."customer_id" = "customer"."customer_id"
    JOIN "staging"."order__touching" AS "group__row"
        ON "own__row"."order_id" = "group__row"."order_id"
    WHERE 1 = 1
        AND (not "own__row"."is_cancelled")
    GROUP BY 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes all groups again, every night: whatever changed rows without a load is in it then.
CREATE OR REPLACE PROCEDURE "mart"."rebuild__order"()
AS $$
BEGIN
    LOCK TABLE "staging"."order__touching";
    DELETE FROM "mart"."order";
    INSERT INTO "mart"."order" ("order_id", "day", "country", "channel", "orders", "lines", "units", "revenue")
    SELECT
        "own__row"."order_id" AS "order_id",
        min("own__row"."ordered_on") AS "day",
        coalesce(max("customer"."country"), '??') AS "country",
        max("own__row"."channel") AS "channel",
        count(distinct "own__row"."order_id") AS "orders",
        count(*) AS "lines",
        sum("own__row"."quantity") AS "units",
        cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue"
    FROM "core"."order_line" AS "own__row"
    LEFT JOIN "core"."customer" AS "customer"
        ON "own__row"."customer_id" = "customer"."customer_id"
    WHERE not "own__row"."is_cancelled"
    GROUP BY 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
