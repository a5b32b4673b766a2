-- Deletes rows of measurement that are older than the retention.
-- Only its owner can delete from a streaming view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."expire__measurement"()
AS $$
BEGIN
    CALL "mart"."gone__hourly"();
    CALL "mart"."gone__health"();
    DELETE FROM "core"."measurement" WHERE "measured_at" < DATEADD(day, -365, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
