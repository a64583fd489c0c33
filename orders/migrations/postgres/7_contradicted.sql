-- Contradicted orders are listed without a look at the others.

-- True if the platform reported what cannot be true of the order, and that is not settled.
ALTER TABLE orders ADD COLUMN contradicted BOOLEAN NOT NULL DEFAULT false;
UPDATE orders SET contradicted = true WHERE record::json ->> 'contradiction' IS NOT NULL;
-- A desk of an older version, which does not know the column, fails when it writes an order.
ALTER TABLE orders ALTER COLUMN contradicted DROP DEFAULT;
CREATE INDEX orders_contradicted ON orders (created_at, merchant, hosp_out_trade_no) WHERE contradicted;
