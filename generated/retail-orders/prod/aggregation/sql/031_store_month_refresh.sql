-- Refreshes aggregate store_month.
-- The loader may not change the table: the procedure runs as its owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__store_month"()
AS $$
BEGIN
    CALL "mart"."groups__store_month"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
