-- Brings aggregate store_month up to date.
-- Only its owner may refresh a materialized view: who loads calls this, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__store_month"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."store_month";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
