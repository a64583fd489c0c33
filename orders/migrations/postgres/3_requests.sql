-- What an order was placed with is most of it and never changes: it stands apart, so that a change of the order writes little.

-- Name and value of each field, as JSON.
ALTER TABLE orders ADD COLUMN request TEXT;

-- The record of an older order holds it too, until the order changes.
UPDATE orders SET request = (record::json -> 'request')::text;
ALTER TABLE orders ALTER COLUMN request SET NOT NULL;
