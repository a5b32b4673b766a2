-- Brings aggregate hourly up to date.
-- Only its owner may refresh a materialized view: who loads calls this, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__hourly"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."hourly";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
