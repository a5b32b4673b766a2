-- Refreshes aggregate hourly.
-- The loader may not change the table: the procedure runs as its owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__hourly"()
AS $$
BEGIN
    CALL "mart"."groups__hourly"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
