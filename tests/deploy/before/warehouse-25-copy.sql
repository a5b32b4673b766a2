-- Rows of event as they were copied from files; a load empties it first.
CREATE TABLE IF NOT EXISTS "staging"."event" (
    "event_id" VARCHAR(256) NOT NULL,
    "occurred_at" TIMESTAMP NOT NULL,
    "session_id" VARCHAR(256) NOT NULL,
    "visitor_id" VARCHAR(256) NOT NULL,
    "event_type" VARCHAR(128) NOT NULL,
    "page_path" VARCHAR(2048),
    "referrer" VARCHAR(2048),
    "device" VARCHAR(128),
    "country" VARCHAR(16),
    "amount" DECIMAL(12,2),
    "attributes" VARCHAR(65535),
    "is_purchase" BOOLEAN,
    "funnel_step" INTEGER,
    "page_group" VARCHAR(2048) NOT NULL,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL
)
DISTSTYLE AUTO
SORTKEY ("occurred_at");

COPY "staging"."event"
FROM '${ManifestUrl}'
IAM_ROLE '${CopyRole}'
FORMAT AS PARQUET
MANIFEST;
