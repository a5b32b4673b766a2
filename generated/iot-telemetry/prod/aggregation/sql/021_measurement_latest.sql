-- The latest row of each key of measurement in one load.
CREATE TABLE IF NOT EXISTS "staging"."measurement__latest" (
    "device_id" VARCHAR(128) NOT NULL,
    "sensor" VARCHAR(128) NOT NULL,
    "measured_at" TIMESTAMP NOT NULL,
    "value" DOUBLE PRECISION,
    "unit" VARCHAR(64),
    "quality" INTEGER,
    "firmware" VARCHAR(128),
    "location" SUPER,
    "is_good" BOOLEAN NOT NULL,
    "celsius" DOUBLE PRECISION,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL
)
DISTSTYLE KEY DISTKEY ("device_id")
SORTKEY ("measured_at");
