-- What an order was placed with is most of it and never changes: it stands apart, so that a change of the order writes little.

CREATE TABLE requests (
    order_id INTEGER PRIMARY KEY REFERENCES orders (id),
    -- Name and value of each field, as JSON.
    request TEXT NOT NULL
) STRICT;

-- The record of an older order holds it too, until the order changes.
INSERT INTO requests SELECT id, json_extract(record, '$.request') FROM orders;
