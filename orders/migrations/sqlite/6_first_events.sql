-- A claim finds the events that can leave.

-- The hospital of the event's order.
ALTER TABLE events ADD COLUMN merchant TEXT NOT NULL DEFAULT '';
-- 1 while an earlier event of the same order waits. Says nothing of an event that does not wait.
ALTER TABLE events ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0;
UPDATE events SET merchant = (SELECT merchant FROM orders WHERE id = order_id), blocked = due_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM events earlier WHERE earlier.order_id = events.order_id AND earlier.seq < events.seq AND earlier.due_at IS NOT NULL);

-- A claim looks up each hospital. Events of other hospitals, and those that wait for an earlier one, cost it nothing.
DROP INDEX events_due;
CREATE INDEX events_due ON events (merchant, due_at, seq) WHERE due_at IS NOT NULL AND blocked = 0;
