-- Load of order_line: merges the latest row of each key from the files in a manifest.
-- Until when all committed runs are loaded:
SELECT TO_CHAR(DATEADD(hour, -1, MAX("complete_until")), 'YYYY-MM-DD"T"HH24:MI:SS') AS "since"
FROM "staging"."order_line__loaded_run";
-- Which of the runs that were committed later are loaded:
SELECT "run_id"
FROM "staging"."order_line__loaded_run"
WHERE "run_id" IN (${RunIds});
-- For each run that is missing, the state machine runs this as one transaction, with the run's manifest in place of ${ManifestUrl}.
-- Loads of a dataset run one after the other. The lock precedes all that reads or changes rows: the
-- snapshot of a transaction is taken by the first such statement, and must contain the load before it.
LOCK TABLE "staging"."order_line";
DELETE FROM "staging"."order_line";
DELETE FROM "staging"."order_line__latest";
-- COPY maps columns of Parquet files by position. The manifest names those of the run's files: a run
-- that was committed before a column was added lacks it.
COPY "staging"."order_line"${Columns}
FROM '${ManifestUrl}'
IAM_ROLE '${CopyRole}'
FORMAT AS PARQUET
MANIFEST;
-- The latest row of each key, if it is later than the merged row: a second load of the same
-- files changes nothing, and the order of loads does not matter.
INSERT INTO "staging"."order_line__latest" (
    "order_id",
    "line_number",
    "changed_at",
    "ordered_on",
    "customer_id",
    "product_id",
    "store_id",
    "quantity",
    "unit_price",
    "discount",
    "status",
    "currency",
    "note",
    "net_amount",
    "is_cancelled",
    "channel",
    "arrived__at",
    "row__attempt",
    "row__hash"
)
SELECT
    "incoming"."order_id",
    "incoming"."line_number",
    "incoming"."changed_at",
    "incoming"."ordered_on",
    "incoming"."customer_id",
    "incoming"."product_id",
    "incoming"."store_id",
    "incoming"."quantity",
    "incoming"."unit_price",
    "incoming"."discount",
    "incoming"."status",
    "incoming"."currency",
    "incoming"."note",
    "incoming"."net_amount",
    "incoming"."is_cancelled",
    "incoming"."channel",
    "incoming"."arrived__at",
    "incoming"."row__attempt",
    "incoming"."row__hash"
FROM (
    SELECT
        "order_id",
        "line_number",
        "changed_at",
        "ordered_on",
        "customer_id",
        "product_id",
        "store_id",
        "quantity",
        "unit_price",
        "discount",
        "status",
        "currency",
        "note",
        "net_amount",
        "is_cancelled",
        "channel",
        "arrived__at",
        "row__attempt",
        "row__hash",
        ROW_NUMBER() OVER (
            PARTITION BY "order_id", "line_number"
            ORDER BY "changed_at" DESC NULLS LAST, "arrived__at" DESC NULLS LAST, "row__attempt" DESC NULLS LAST, "row__hash" DESC NULLS LAST
        ) AS "row__number"
    FROM "staging"."order_line"
) AS "incoming"
LEFT JOIN "core"."order_line" AS "merged"
    ON "incoming"."order_id" = "merged"."order_id" AND "incoming"."line_number" = "merged"."line_number"
WHERE "incoming"."row__number" = 1
    AND (
        "merged"."arrived__at" IS NULL
        OR ("incoming"."changed_at" > "merged"."changed_at")
        OR ("incoming"."changed_at" = "merged"."changed_at" AND "incoming"."arrived__at" > "merged"."arrived__at")
        OR ("incoming"."changed_at" = "merged"."changed_at" AND "incoming"."arrived__at" = "merged"."arrived__at" AND "incoming"."row__attempt" > "merged"."row__attempt")
        OR ("incoming"."changed_at" = "merged"."changed_at" AND "incoming"."arrived__at" = "merged"."arrived__at" AND "incoming"."row__attempt" = "merged"."row__attempt" AND "incoming"."row__hash" > "merged"."row__hash")
    );
-- The groups of aggregates that the changed rows are in, and after each change those that they are in then:
-- the next refresh computes them, whenever it runs.
CALL "mart"."before_load__order_line"();
-- Not MERGE: its condition only compares columns of both tables, so the period of the files could not limit what
-- it reads.
UPDATE "core"."order_line"
SET
    "changed_at" = "order_line__latest"."changed_at",
    "ordered_on" = "order_line__latest"."ordered_on",
    "customer_id" = "order_line__latest"."customer_id",
    "product_id" = "order_line__latest"."product_id",
    "store_id" = "order_line__latest"."store_id",
    "quantity" = "order_line__latest"."quantity",
    "unit_price" = "order_line__latest"."unit_price",
    "discount" = "order_line__latest"."discount",
    "status" = "order_line__latest"."status",
    "currency" = "order_line__latest"."currency",
    "note" = "order_line__latest"."note",
    "net_amount" = "order_line__latest"."net_amount",
    "is_cancelled" = "order_line__latest"."is_cancelled",
    "channel" = "order_line__latest"."channel",
    "arrived__at" = "order_line__latest"."arrived__at",
    "row__attempt" = "order_line__latest"."row__attempt",
    "row__hash" = "order_line__latest"."row__hash"
FROM "staging"."order_line__latest"
WHERE "order_line"."order_id" = "order_line__latest"."order_id" AND "order_line"."line_number" = "order_line__latest"."line_number";
INSERT INTO "core"."order_line" (
    "order_id",
    "line_number",
    "changed_at",
    "ordered_on",
    "customer_id",
    "product_id",
    "store_id",
    "quantity",
    "unit_price",
    "discount",
    "status",
    "currency",
    "note",
    "net_amount",
    "is_cancelled",
    "channel",
    "arrived__at",
    "row__attempt",
    "row__hash"
)
SELECT
    "incoming"."order_id",
    "incoming"."line_number",
    "incoming"."changed_at",
    "incoming"."ordered_on",
    "incoming"."customer_id",
    "incoming"."product_id",
    "incoming"."store_id",
    "incoming"."quantity",
    "incoming"."unit_price",
    "incoming"."discount",
    "incoming"."status",
    "incoming"."currency",
    "incoming"."note",
    "incoming"."net_amount",
    "incoming"."is_cancelled",
    "incoming"."channel",
    "incoming"."arrived__at",
    "incoming"."row__attempt",
    "incoming"."row__hash"
FROM "staging"."order_line__latest" AS "incoming"
LEFT JOIN "core"."order_line" AS "merged"
    ON "incoming"."order_id" = "merged"."order_id" AND "incoming"."line_number" = "merged"."line_number"
WHERE "merged"."arrived__at" IS NULL;
CALL "mart"."after_load__order_line"();
-- The run is loaded if and only if this transaction is committed; a second load replaces its row.
DELETE FROM "staging"."order_line__loaded_run"
WHERE "run_id" = '${RunId}';
INSERT INTO "staging"."order_line__loaded_run" ("run_id", "manifest", "rows", "loaded_at", "complete_until")
SELECT
    '${RunId}' AS "run_id",
    '${ManifestUrl}' AS "manifest",
    COUNT(*) AS "rows",
    GETDATE() AS "loaded_at",
    NULLIF('${CompleteUntil}', '')::TIMESTAMP AS "complete_until"
FROM "staging"."order_line";
-- A refresh sees only committed rows: each runs in its own transaction, after the load.
CALL "mart"."refresh__daily_sales"();
CALL "mart"."refresh__order"();
CALL "mart"."refresh__store_month"();
