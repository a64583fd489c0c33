-- Workers claim the orders of the hospitals that they know, urgent ones first. A refund number belongs to one order of a hospital.

-- 1 if workers look at it before other orders: it may not have reached the platform yet, or the patient waits for it.
ALTER TABLE orders ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET urgent = 1 WHERE state = 'placing';

-- A claim looks up each hospital and each urgency: the orders of other hospitals cost it nothing.
DROP INDEX orders_due;
CREATE INDEX orders_due ON orders (merchant, urgent, due_at, hosp_out_trade_no) WHERE due_at IS NOT NULL;

-- The number of the order's refund, where it is not empty. If several orders had the same one, the first of them has it.
ALTER TABLE orders ADD COLUMN hosp_out_refund_no TEXT;
UPDATE orders SET hosp_out_refund_no = oldest.number FROM (
    SELECT min(id) AS id, number FROM (SELECT id, merchant, record ->> '$.refund.hosp_out_refund_no' AS number FROM orders) AS numbered
    WHERE number <> '' GROUP BY merchant, number) AS oldest
    WHERE orders.id = oldest.id;
CREATE UNIQUE INDEX orders_refund_number ON orders (merchant, hosp_out_refund_no) WHERE hosp_out_refund_no IS NOT NULL;
