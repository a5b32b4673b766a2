-- Aggregate health for dashboards.
-- Booleans are text here because dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."health" AS
SELECT
    "health"."day" AS "day",
    "health"."model" AS "model",
    "health"."measurements" AS "measurements",
    "health"."faults" AS "faults",
    "health"."devices" AS "devices"
FROM "mart"."health" AS "health"
WITH NO SCHEMA BINDING;
