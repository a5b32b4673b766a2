-- Refreshes aggregate health.
-- Only its owner can refresh a materialized view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__health"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."health";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
