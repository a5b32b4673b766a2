-- Load of event: merges the latest row of each key from the files in a manifest.
-- Until when all committed runs are loaded:
SELECT TO_CHAR(DATEADD(hour, -1, MAX("complete_until")), 'YYYY-MM-DD"T"HH24:MI:SS') AS "since"
FROM "staging"."event__loaded_run";
-- Which of the runs that were committed later are loaded:
SELECT "run_id"
FROM "staging"."event__loaded_run"
WHERE "run_id" IN (${RunIds});
-- For each run that is missing, the state machine runs this as one transaction, with the run's manifest in place of ${ManifestUrl}.
-- Loads of a dataset run one after the other. The lock precedes all that reads or changes rows: the
-- snapshot of a transaction is taken by the first such statement, and must contain the load before it.
LOCK TABLE "staging"."event";
DELETE FROM "staging"."event";
DELETE FROM "staging"."event__latest";
-- COPY maps columns of Parquet files by position. The manifest names those of the run's files: a run
-- that was committed before a column was added lacks it.
COPY "staging"."event"${Columns}
FROM '${ManifestUrl}'
IAM_ROLE '${CopyRole}'
FORMAT AS PARQUET
MANIFEST;
-- The latest row of each key, if it is later than the merged row: a second load of the same
-- files changes nothing, and the order of loads does not matter.
INSERT INTO "staging"."event__latest" (
    "event_id",
    "occurred_at",
    "session_id",
    "visitor_id",
    "event_type",
    "page_path",
    "referrer",
    "device",
    "country",
    "amount",
    "attributes",
    "is_purchase",
    "funnel_step",
    "page_group",
    "arrived__at",
    "row__attempt",
    "row__hash"
)
SELECT
    "incoming"."event_id",
    "incoming"."occurred_at",
    "incoming"."session_id",
    "incoming"."visitor_id",
    "incoming"."event_type",
    "incoming"."page_path",
    "incoming"."referrer",
    "incoming"."device",
    "incoming"."country",
    "incoming"."amount",
    CASE WHEN CAN_JSON_PARSE("incoming"."attributes") THEN JSON_PARSE("incoming"."attributes") END AS "attributes",
    "incoming"."is_purchase",
    "incoming"."funnel_step",
    "incoming"."page_group",
    "incoming"."arrived__at",
    "incoming"."row__attempt",
    "incoming"."row__hash"
FROM (
    SELECT
        "event_id",
        "occurred_at",
        "session_id",
        "visitor_id",
        "event_type",
        "page_path",
        "referrer",
        "device",
        "country",
        "amount",
        "attributes",
        "is_purchase",
        "funnel_step",
        "page_group",
        "arrived__at",
        "row__attempt",
        "row__hash",
        ROW_NUMBER() OVER (
            PARTITION BY "event_id"
            ORDER BY "occurred_at" DESC NULLS LAST, "arrived__at" DESC NULLS LAST, "row__attempt" DESC NULLS LAST, "row__hash" DESC NULLS LAST
        ) AS "row__number"
    FROM "staging"."event"
) AS "incoming"
LEFT JOIN "core"."event" AS "merged"
    ON "incoming"."event_id" = "merged"."event_id"
WHERE "incoming"."row__number" = 1
    AND (
        "merged"."arrived__at" IS NULL
        OR ("incoming"."occurred_at" > "merged"."occurred_at")
        OR ("incoming"."occurred_at" = "merged"."occurred_at" AND "incoming"."arrived__at" > "merged"."arrived__at")
        OR ("incoming"."occurred_at" = "merged"."occurred_at" AND "incoming"."arrived__at" = "merged"."arrived__at" AND "incoming"."row__attempt" > "merged"."row__attempt")
        OR ("incoming"."occurred_at" = "merged"."occurred_at" AND "incoming"."arrived__at" = "merged"."arrived__at" AND "incoming"."row__attempt" = "merged"."row__attempt" AND "incoming"."row__hash" > "merged"."row__hash")
    );
-- The groups of aggregates that the changed rows are in, and after each change those that they are in then:
-- the next refresh computes them, whenever it runs.
CALL "mart"."before_load__event"();
-- Not MERGE: its condition only compares columns of both tables, so the period of the files could not limit what
-- it reads.
UPDATE "core"."event"
SET
    "occurred_at" = "event__latest"."occurred_at",
    "session_id" = "event__latest"."session_id",
    "visitor_id" = "event__latest"."visitor_id",
    "event_type" = "event__latest"."event_type",
    "page_path" = "event__latest"."page_path",
    "referrer" = "event__latest"."referrer",
    "device" = "event__latest"."device",
    "country" = "event__latest"."country",
    "amount" = "event__latest"."amount",
    "attributes" = "event__latest"."attributes",
    "is_purchase" = "event__latest"."is_purchase",
    "funnel_step" = "event__latest"."funnel_step",
    "page_group" = "event__latest"."page_group",
    "arrived__at" = "event__latest"."arrived__at",
    "row__attempt" = "event__latest"."row__attempt",
    "row__hash" = "event__latest"."row__hash"
FROM "staging"."event__latest"
WHERE "event"."event_id" = "event__latest"."event_id";
INSERT INTO "core"."event" (
    "event_id",
    "occurred_at",
    "session_id",
    "visitor_id",
    "event_type",
    "page_path",
    "referrer",
    "device",
    "country",
    "amount",
    "attributes",
    "is_purchase",
    "funnel_step",
    "page_group",
    "arrived__at",
    "row__attempt",
    "row__hash"
)
SELECT
    "incoming"."event_id",
    "incoming"."occurred_at",
    "incoming"."session_id",
    "incoming"."visitor_id",
    "incoming"."event_type",
    "incoming"."page_path",
    "incoming"."referrer",
    "incoming"."device",
    "incoming"."country",
    "incoming"."amount",
    "incoming"."attributes",
    "incoming"."is_purchase",
    "incoming"."funnel_step",
    "incoming"."page_group",
    "incoming"."arrived__at",
    "incoming"."row__attempt",
    "incoming"."row__hash"
FROM "staging"."event__latest" AS "incoming"
LEFT JOIN "core"."event" AS "merged"
    ON "incoming"."event_id" = "merged"."event_id"
WHERE "merged"."arrived__at" IS NULL;
CALL "mart"."after_load__event"();
-- The run is loaded if and only if this transaction is committed; a second load replaces its row.
DELETE FROM "staging"."event__loaded_run"
WHERE "run_id" = '${RunId}';
INSERT INTO "staging"."event__loaded_run" ("run_id", "manifest", "rows", "loaded_at", "complete_until")
SELECT
    '${RunId}' AS "run_id",
    '${ManifestUrl}' AS "manifest",
    COUNT(*) AS "rows",
    GETDATE() AS "loaded_at",
    NULLIF('${CompleteUntil}', '')::TIMESTAMP AS "complete_until"
FROM "staging"."event";
-- A refresh sees only committed rows: each runs in its own transaction, after the load.
CALL "mart"."refresh__daily_traffic"();
CALL "mart"."refresh__session"();
CALL "mart"."refresh__funnel"();
