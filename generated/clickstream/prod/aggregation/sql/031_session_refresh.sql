-- Brings aggregate session up to date.
-- Only its owner may refresh a materialized view: who loads calls this, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__session"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."session";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
