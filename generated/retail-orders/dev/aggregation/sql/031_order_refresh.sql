-- Refreshes aggregate order.
-- The loader may not change the table: the procedure runs as its owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__order"()
AS $$
BEGIN
    CALL "mart"."groups__order"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
