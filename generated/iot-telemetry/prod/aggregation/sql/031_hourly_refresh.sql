-- Refreshes aggregate hourly.
-- Only its owner can refresh a materialized view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__hourly"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."hourly";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
