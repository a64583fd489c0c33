-- The right to renew an access token is a row with an end, so that no connection is held meanwhile. A claim finds the events that can leave.

-- Who renews the token, and until when nobody else does, by the server's clock.
ALTER TABLE tokens ADD COLUMN holder TEXT;
ALTER TABLE tokens ADD COLUMN held_until BIGINT;

-- The hospital of the event's order.
ALTER TABLE events ADD COLUMN merchant TEXT COLLATE "C" NOT NULL DEFAULT '';
-- True while an earlier event of the same order waits. Says nothing of an event that does not wait.
ALTER TABLE events ADD COLUMN blocked BOOLEAN NOT NULL DEFAULT false;
UPDATE events e SET merchant = o.merchant, blocked = e.due_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM events earlier WHERE earlier.order_id = e.order_id AND earlier.seq < e.seq AND earlier.due_at IS NOT NULL)
    FROM orders o WHERE o.id = e.order_id;
-- A desk of an older version, which does not know the columns, fails when it writes an event.
ALTER TABLE events ALTER COLUMN merchant DROP DEFAULT;
ALTER TABLE events ALTER COLUMN blocked DROP DEFAULT;

-- A claim looks up each hospital. Events of other hospitals, and those that wait for an earlier one, cost it nothing.
DROP INDEX events_due;
CREATE INDEX events_due ON events (merchant, due_at, seq) WHERE due_at IS NOT NULL AND NOT blocked;

-- A line is written after the order that it is about, so an older desk never comes so far. That no table is without the check is easier to see.
CREATE TRIGGER refuse_an_older_desk BEFORE INSERT OR UPDATE OR DELETE ON history EXECUTE FUNCTION refuse_an_older_desk();
