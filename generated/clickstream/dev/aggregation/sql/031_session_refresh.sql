-- Refreshes aggregate session.
-- Only its owner can refresh a materialized view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__session"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."session";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
