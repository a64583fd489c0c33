-- Contradicted orders are listed without a look at the others.

-- 1 if the platform reported what cannot be true of the order, and that is not settled.
ALTER TABLE orders ADD COLUMN contradicted INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET contradicted = 1 WHERE json_valid(record) AND record ->> '$.contradiction' IS NOT NULL;
CREATE INDEX orders_contradicted ON orders (created_at, merchant, hosp_out_trade_no) WHERE contradicted;
