-- Aggregate funnel for dashboards.
-- Booleans are text here because dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."funnel" AS
SELECT
    "funnel"."session_id" AS "session_id",
    "funnel"."step" AS "step",
    "funnel"."day" AS "day",
    "funnel"."step_number" AS "step_number",
    "funnel"."sessions" AS "sessions"
FROM "mart"."funnel" AS "funnel"
WITH NO SCHEMA BINDING;
