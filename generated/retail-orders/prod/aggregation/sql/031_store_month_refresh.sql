-- Refreshes aggregate store_month.
-- Only its owner can refresh a materialized view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__store_month"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."store_month";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
