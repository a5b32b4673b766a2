-- Refreshes aggregate daily_sales.
-- The loader may not change the table: the procedure runs as its owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__daily_sales"()
AS $$
BEGIN
    CALL "mart"."groups__daily_sales"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
