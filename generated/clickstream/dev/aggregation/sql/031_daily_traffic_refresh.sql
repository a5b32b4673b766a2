-- Refreshes aggregate daily_traffic.
-- The loader may not change the table: the procedure runs as its owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__daily_traffic"()
AS $$
BEGIN
    CALL "mart"."groups__daily_traffic"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
