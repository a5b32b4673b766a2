-- Brings aggregate health up to date.
-- Only its owner may refresh a materialized view: who loads calls this, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__health"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."health";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
