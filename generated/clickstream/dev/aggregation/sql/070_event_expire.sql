-- Deletes rows of event that are older than the retention.
-- Only its owner can delete from a streaming view: the loader calls this procedure, which runs as the owner.
CREATE OR REPLACE PROCEDURE "mart"."expire__event"()
AS $$
BEGIN
    CALL "mart"."gone__daily_traffic"();
    CALL "mart"."gone__session"();
    CALL "mart"."gone__funnel"();
    DELETE FROM "core"."event" WHERE "occurred_at" < DATEADD(day, -30, GETDATE());
END;
$$
LANGUAGE plpgsql
SECURITY DEFINER;
