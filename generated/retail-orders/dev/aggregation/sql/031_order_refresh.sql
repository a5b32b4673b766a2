-- Refreshes aggregate order.
-- Only its owner can refresh a materialized view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__order"()
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW "mart"."order";
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
