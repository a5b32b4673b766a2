-- Refreshes aggregate daily_sales.
-- Only its owner can refresh a materialized view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__daily_sales"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."daily_sales";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
