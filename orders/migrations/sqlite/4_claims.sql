-- Workers claim the orders of the hospitals that they know, urgent ones first.

-- 1 if workers look at it before other orders: it may not have reached the platform yet, or the patient waits for it.
ALTER TABLE orders ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET urgent = 1 WHERE state = 'placing';

-- A claim looks up each hospital and each urgency: the orders of other hospitals cost it nothing.
DROP INDEX orders_due;
CREATE INDEX orders_due ON orders (merchant, urgent, due_at, hosp_out_trade_no) WHERE due_at IS NOT NULL;
