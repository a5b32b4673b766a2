-- Aggregate session for dashboards.
-- Booleans are text here because dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."session" AS
SELECT
    "session"."session_id" AS "session_id",
    "session"."visitor_id" AS "visitor_id",
    "session"."day" AS "day",
    "session"."country" AS "country",
    "session"."device" AS "device",
    "session"."sessions" AS "sessions",
    "session"."page_views" AS "page_views",
    "session"."purchases" AS "purchases",
    "session"."started_at" AS "started_at",
    "session"."ended_at" AS "ended_at",
    "session"."events" AS "events",
    "session"."furthest_step" AS "furthest_step",
    "session"."revenue" AS "revenue"
FROM "mart"."session" AS "session"
WITH NO SCHEMA BINDING;
