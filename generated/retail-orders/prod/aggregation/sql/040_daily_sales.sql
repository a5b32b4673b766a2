-- Aggregate daily_sales for dashboards.
-- Booleans are text here because dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."daily_sales" AS
SELECT
    "daily_sales"."day" AS "day",
    "daily_sales"."country" AS "country",
    "daily_sales"."category" AS "category",
    "daily_sales"."channel" AS "channel",
    "daily_sales"."orders" AS "orders",
    "daily_sales"."units" AS "units",
    "daily_sales"."revenue" AS "revenue",
    "daily_sales"."customers" AS "customers"
FROM "mart"."daily_sales" AS "daily_sales"
WITH NO SCHEMA BINDING;
