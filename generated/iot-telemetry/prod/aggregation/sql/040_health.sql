-- What dashboards show of aggregate health.
-- Truth values are text here: dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."health" AS
SELECT
    "health"."day" AS "day",
    "health"."model" AS "model",
    "health"."measurements" AS "measurements",
    "health"."faults" AS "faults",
    "health"."devices" AS "devices"
FROM "mart"."health" AS "health"
WITH NO SCHEMA BINDING;
