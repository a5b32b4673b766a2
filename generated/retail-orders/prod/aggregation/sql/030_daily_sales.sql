-- Aggregate daily_sales over order_line. Sales per day by country, category and channel, without canceled lines.
-- Refresh: by group, because a view would be computed again from all rows: an outer join keeps rows without a match
-- Reads: channel VARCHAR(32), customer_id BIGINT, is_cancelled BOOLEAN, net_amount DECIMAL(18,2), order_id BIGINT, ordered_on DATE, quantity INTEGER, customer.country VARCHAR(16), product.category VARCHAR(256)
-- A load writes the groups whose rows it changes into the first table, in its own transaction. The refresh takes them
-- from there, and computes them again from all their rows.
CREATE TABLE "staging"."daily_sales__touched" AS
SELECT
    "own__row"."ordered_on" AS "day",
    coalesce("customer"."country", '??') AS "country",
    coalesce("product"."category", 'other') AS "category",
    "own__row"."channel" AS "channel"
FROM "core"."order_line" AS "own__row"
LEFT JOIN "core"."customer" AS "customer"
    ON "own__row"."customer_id" = "customer"."customer_id"
LEFT JOIN "core"."product" AS "product"
    ON "own__row"."product_id" = "product"."product_id"
WHERE 1 = 0;

CREATE TABLE "staging"."daily_sales__touching" AS
SELECT
    "own__row"."ordered_on" AS "day",
    coalesce("customer"."country", '??') AS "country",
    coalesce("product"."category", 'other') AS "category",
    "own__row"."channel" AS "channel"
FROM "core"."order_line" AS "own__row"
LEFT JOIN "core"."customer" AS "customer"
    ON "own__row"."customer_id" = "customer"."customer_id"
LEFT JOIN "core"."product" AS "product"
    ON "own__row"."product_id" = "product"."product_id"
WHERE 1 = 0;

CREATE TABLE "mart"."daily_sales" AS
SELECT
    "own__row"."ordered_on" AS "day",
    coalesce("customer"."country", '??') AS "country",
    coalesce("product"."category", 'other') AS "category",
    "own__row"."channel" AS "channel",
    count(distinct "own__row"."order_id") AS "orders",
    sum("own__row"."quantity") AS "units",
    cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue",
    count(distinct "own__row"."customer_id") AS "customers"
FROM "core"."order_line" AS "own__row"
LEFT JOIN "core"."customer" AS "customer"
    ON "own__row"."customer_id" = "customer"."customer_id"
LEFT JOIN "core"."product" AS "product"
    ON "own__row"."product_id" = "product"."product_id"
WHERE not "own__row"."is_cancelled"
GROUP BY 1, 2, 3, 4;

-- The groups that the rows of a load of order_line are in before it.
CREATE OR REPLACE PROCEDURE "mart"."before__daily_sales"()
AS $$
BEGIN
    INSERT INTO "staging"."daily_sales__touched" ("day", "country", "category", "channel")
    SELECT DISTINCT
        "own__row"."ordered_on" AS "day",
        coalesce("customer"."country", '??') AS "country",
        coalesce("product"."category", 'other') AS "category",
        "own__row"."channel" AS "channel"
    FROM "core"."order_line" AS "own__row"
    JOIN "staging"."order_line__latest" AS "loaded__row"
        ON "own__row"."order_id" = "loaded__row"."order_id" AND "own__row"."line_number" = "loaded__row"."line_number"
    LEFT JOIN "core"."customer" AS "customer"
        ON "own__row"."customer_id" = "customer"."customer_id"
    LEFT JOIN "core"."product" AS "product"
        ON "own__row"."product_id" = "product"."product_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups that the rows of a load of order_line are in after it.
CREATE OR REPLACE PROCEDURE "mart"."after__daily_sales"()
AS $$
BEGIN
    INSERT INTO "staging"."daily_sales__touched" ("day", "country", "category", "channel")
    SELECT DISTINCT
        "own__row"."ordered_on" AS "day",
        coalesce("customer"."country", '??') AS "country",
        coalesce("product"."category", 'other') AS "category",
        "own__row"."channel" AS "channel"
    FROM "staging"."order_line__latest" AS "own__row"
    LEFT JOIN "core"."customer" AS "customer"
        ON "own__row"."customer_id" = "customer"."customer_id"
    LEFT JOIN "core"."product" AS "product"
        ON "own__row"."product_id" = "product"."product_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows that join those of a load of customer.
CREATE OR REPLACE PROCEDURE "mart"."dim__daily_sales__customer"()
AS $$
BEGIN
    INSERT INTO "staging"."daily_sales__touched" ("day", "country", "category", "channel")
    SELECT DISTINCT
        "own__row"."ordered_on" AS "day",
        coalesce("customer"."country", '??') AS "country",
        coalesce("product"."category", 'other') AS "category",
        "own__row"."channel" AS "channel"
    FROM "core"."order_line" AS "own__row"
    JOIN "staging"."customer__latest" AS "loaded__row"
        ON "own__row"."customer_id" = "loaded__row"."customer_id"
    LEFT JOIN "core"."customer" AS "customer"
        ON "own__row"."customer_id" = "customer"."customer_id"
    LEFT JOIN "core"."product" AS "product"
        ON "own__row"."product_id" = "product"."product_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows that join those of a load of product.
CREATE OR REPLACE PROCEDURE "mart"."dim__daily_sales__product"()
AS $$
BEGIN
    INSERT INTO "staging"."daily_sales__touched" ("day", "country", "category", "channel")
    SELECT DISTINCT
        "own__row"."ordered_on" AS "day",
        coalesce("customer"."country", '??') AS "country",
        coalesce("product"."category", 'other') AS "category",
        "own__row"."channel" AS "channel"
    FROM "core"."order_line" AS "own__row"
    JOIN "staging"."product__latest" AS "loaded__row"
        ON "own__row"."product_id" = "loaded__row"."product_id"
    LEFT JOIN "core"."customer" AS "customer"
        ON "own__row"."customer_id" = "customer"."customer_id"
    LEFT JOIN "core"."product" AS "product"
        ON "own__row"."product_id" = "product"."product_id"
    WHERE 1 = 1;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- The groups of the rows of order_line that are older than the retention.
CREATE OR REPLACE PROCEDURE "mart"."gone__daily_sales"()
AS $$
BEGIN
    INSERT INTO "staging"."daily_sales__touched" ("day", "country", "category", "channel")
    SELECT DISTINCT
        "own__row"."ordered_on" AS "day",
        coalesce("customer"."country", '??') AS "country",
        coalesce("product"."category", 'other') AS "category",
        "own__row"."channel" AS "channel"
    FROM "core"."order_line" AS "own__row"
    LEFT JOIN "core"."customer" AS "customer"
        ON "own__row"."customer_id" = "customer"."customer_id"
    LEFT JOIN "core"."product" AS "product"
        ON "own__row"."product_id" = "product"."product_id"
    WHERE 1 = 1 AND "own__row"."changed_at" < DATEADD(day, -1824, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes the groups again that loads have changed. Readers see the old rows until all new ones are there.
CREATE OR REPLACE PROCEDURE "mart"."groups__daily_sales"()
AS $$
BEGIN
    -- Refreshes run one after the other.
    LOCK TABLE "staging"."daily_sales__touching";
    DELETE FROM "staging"."daily_sales__touching";
    INSERT INTO "staging"."daily_sales__touching" ("day", "country", "category", "channel")
    SELECT DISTINCT "day", "country", "category", "channel"
    FROM "staging"."daily_sales__touched";
    -- What a load adds from now on stays for the next refresh. NULL is a group, too.
    DELETE FROM "staging"."daily_sales__touched"
    USING "staging"."daily_sales__touching"
    WHERE "daily_sales__touched"."day" = "daily_sales__touching"."day"
        AND "daily_sales__touched"."country" = "daily_sales__touching"."country"
        AND "daily_sales__touched"."category" = "daily_sales__touching"."category"
        AND "daily_sales__touched"."channel" = "daily_sales__touching"."channel";
    DELETE FROM "mart"."daily_sales"
    USING "staging"."daily_sales__touching"
    WHERE "daily_sales"."day" = "daily_sales__touching"."day"
        AND "daily_sales"."country" = "daily_sales__touching"."country"
        AND "daily_sales"."category" = "daily_sales__touching"."category"
        AND "daily_sales"."channel" = "daily_sales__touching"."channel";
    INSERT INTO "mart"."daily_sales" ("day", "country", "category", "channel", "orders", "units", "revenue", "customers")
    SELECT
        "own__row"."ordered_on" AS "day",
        coalesce("customer"."country", '??') AS "country",
        coalesce("product"."category", 'other') AS "category",
        "own__row"."channel" AS "channel",
        count(distinct "own__row"."order_id") AS "orders",
        sum("own__row"."quantity") AS "units",
        cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue",
        count(distinct "own__row"."customer_id") AS "customers"
    FROM "core"."order_line" AS "own__row"
    LEFT JOIN "core"."customer" AS "customer"
        ON "own__row"."customer_id" = "customer"."customer_id"
    LEFT JOIN "core"."product" AS "product"
        ON "own__row"."product_id" = "product"."product_id"
    JOIN "staging"."daily_sales__touching" AS "group__row"
        ON "own__row"."ordered_on" = "group__row"."day"
        AND coalesce("customer"."country", '??') = "group__row"."country"
        AND coalesce("product"."category", 'other') = "group__row"."category"
        AND "own__row"."channel" = "group__row"."channel"
    WHERE 1 = 1
        AND (not "own__row"."is_cancelled")
    GROUP BY 1, 2, 3, 4;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;

-- Computes all groups again, every night: whatever changed rows without a load is in it then.
CREATE OR REPLACE PROCEDURE "mart"."rebuild__daily_sales"()
AS $$
BEGIN
    LOCK TABLE "staging"."daily_sales__touching";
    DELETE FROM "mart"."daily_sales";
    INSERT INTO "mart"."daily_sales" ("day", "country", "category", "channel", "orders", "units", "revenue", "customers")
    SELECT
        "own__row"."ordered_on" AS "day",
        coalesce("customer"."country", '??') AS "country",
        coalesce("product"."category", 'other') AS "category",
        "own__row"."channel" AS "channel",
        count(distinct "own__row"."order_id") AS "orders",
        sum("own__row"."quantity") AS "units",
        cast(sum("own__row"."net_amount") as decimal(38,2)) AS "revenue",
        count(distinct "own__row"."customer_id") AS "customers"
    FROM "core"."order_line" AS "own__row"
    LEFT JOIN "core"."customer" AS "customer"
        ON "own__row"."customer_id" = "customer"."customer_id"
    LEFT JOIN "core"."product" AS "product"
        ON "own__row"."product_id" = "product"."product_id"
    WHERE not "own__row"."is_cancelled"
    GROUP BY 1, 2, 3, 4;
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
