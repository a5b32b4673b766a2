-- Rows of device as copied from files; each load empties the table first.
CREATE TABLE IF NOT EXISTS "staging"."device" (
    "device_id" VARCHAR(128) NOT NULL,
    "model" VARCHAR(256),
    "site" VARCHAR(256),
    "country" VARCHAR(16),
    "installed_on" DATE,
    "rated_power" DOUBLE PRECISION,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL
)
DISTSTYLE AUTO
SORTKEY AUTO;
