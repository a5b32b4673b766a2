-- Refreshes aggregate health.
-- The loader may not change the table: the procedure runs as its owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__health"()
AS $$
BEGIN
    CALL "mart"."groups__health"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
