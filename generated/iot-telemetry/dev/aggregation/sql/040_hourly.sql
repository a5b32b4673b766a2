-- Aggregate hourly for dashboards.
-- Booleans are text here because dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."hourly" AS
SELECT
    "hourly"."hour" AS "hour",
    "hourly"."site" AS "site",
    "hourly"."sensor" AS "sensor",
    "hourly"."measurements" AS "measurements",
    "hourly"."lowest" AS "lowest",
    "hourly"."mean" AS "mean",
    "hourly"."total" AS "total",
    "hourly"."readings" AS "readings",
    "hourly"."highest" AS "highest",
    "hourly"."devices" AS "devices"
FROM "mart"."hourly" AS "hourly"
WITH NO SCHEMA BINDING;
