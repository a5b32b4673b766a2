-- Deletes records of measurement that its stream no longer has.
-- Only its owner can delete from a streaming view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."expire__measurement__stream"()
AS $$
BEGIN
    DELETE FROM "core"."measurement__stream" WHERE "approximate_arrival_timestamp" < DATEADD(day, -3, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
