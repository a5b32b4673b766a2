-- Dataset measurement: one row per key.
CREATE TABLE IF NOT EXISTS "core"."measurement" (
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
    "row__hash" BIGINT NOT NULL,
    -- Not enforced by Redshift: MERGE keeps keys unique, and the planner relies on it.
    PRIMARY KEY ("device_id", "sensor", "measured_at")
)
DISTSTYLE AUTO
SORTKEY ("measured_at");
COMMENT ON TABLE "core"."measurement" IS 'One measurement of one sensor.';
COMMENT ON COLUMN "core"."measurement"."quality" IS '0 is good; anything else is the sensor''s own code.';
COMMENT ON COLUMN "core"."measurement"."celsius" IS 'Temperatures in one unit.';
