-- Refreshes aggregate funnel.
-- Only its owner can refresh a materialized view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__funnel"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."funnel";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
