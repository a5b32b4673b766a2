-- Refreshes aggregate funnel.
-- The loader may not change the table: the procedure runs as its owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__funnel"()
AS $$
BEGIN
    CALL "mart"."groups__funnel"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
