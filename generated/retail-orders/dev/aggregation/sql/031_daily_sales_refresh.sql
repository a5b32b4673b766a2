-- Brings aggregate daily_sales up to date.
-- Only its owner may refresh a materialized view: who loads calls this, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__daily_sales"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."daily_sales";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
