-- Aggregate store_month for dashboards.
-- Booleans are text here because dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."store_month" AS
SELECT
    "store_month"."month" AS "month",
    "store_month"."store" AS "store",
    "store_month"."city" AS "city",
    "store_month"."lines" AS "lines",
    "store_month"."revenue" AS "revenue",
    "store_month"."returns" AS "returns"
FROM "mart"."store_month" AS "store_month"
WITH NO SCHEMA BINDING;
