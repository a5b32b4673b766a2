-- Dataset device: one row per key.
CREATE TABLE IF NOT EXISTS "core"."device" (
    "device_id" VARCHAR(128) NOT NULL,
    "model" VARCHAR(256),
    "site" VARCHAR(256),
    "country" VARCHAR(16),
    "installed_on" DATE,
    "rated_power" DOUBLE PRECISION,
    "arrived__at" TIMESTAMP NOT NULL,
    "row__attempt" INTEGER NOT NULL,
    "row__hash" BIGINT NOT NULL,
    -- Not enforced by Redshift: MERGE keeps keys unique, and the planner relies on it.
    PRIMARY KEY ("device_id")
)
DISTSTYLE AUTO
SORTKEY AUTO;
COMMENT ON TABLE "core"."device" IS 'The machines that carry the sensors.';
