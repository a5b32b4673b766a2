-- Aggregate order for dashboards.
-- Booleans are text here because dashboards have no type for them.
CREATE OR REPLACE VIEW "report"."order" AS
SELECT
    "order"."order_id" AS "order_id",
    "order"."day" AS "day",
    "order"."country" AS "country",
    "order"."channel" AS "channel",
    "order"."orders" AS "orders",
    "order"."lines" AS "lines",
    "order"."units" AS "units",
    "order"."revenue" AS "revenue"
FROM "mart"."order" AS "order"
WITH NO SCHEMA BINDING;
