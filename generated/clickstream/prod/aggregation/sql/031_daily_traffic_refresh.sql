-- Brings aggregate daily_traffic up to date.
-- Only its owner may refresh a materialized view: who loads calls this, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__daily_traffic"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."daily_traffic";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
