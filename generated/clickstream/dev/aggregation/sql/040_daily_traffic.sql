-- Aggregate daily_traffic for dashboards.
-- Booleans are text here because dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."daily_traffic" AS
SELECT
    "daily_traffic"."day" AS "day",
    "daily_traffic"."country" AS "country",
    "daily_traffic"."device" AS "device",
    "daily_traffic"."visitors" AS "visitors",
    "daily_traffic"."sessions" AS "sessions",
    "daily_traffic"."page_views" AS "page_views",
    "daily_traffic"."purchases" AS "purchases",
    "daily_traffic"."revenue" AS "revenue"
FROM "mart"."daily_traffic" AS "daily_traffic"
WITH NO SCHEMA BINDING;
