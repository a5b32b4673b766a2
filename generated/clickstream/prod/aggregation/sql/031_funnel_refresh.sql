-- Brings aggregate funnel up to date.
-- Only its owner may refresh a materialized view: who loads calls this, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__funnel"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."funnel";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
