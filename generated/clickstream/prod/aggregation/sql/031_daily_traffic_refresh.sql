-- Refreshes aggregate daily_traffic.
-- Only its owner can refresh a materialized view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__daily_traffic"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."daily_traffic";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
