-- Refreshes aggregate session.
-- The loader may not change the table: the procedure runs as its owner.
CREATE OR REPLACE PROCEDURE "mart"."refresh__session"()
AS $$
BEGIN
    CALL "mart"."groups__session"();
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
