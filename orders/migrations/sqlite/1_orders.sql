-- Orders, their history, what was received, events, access tokens, and what the store knows of itself.
-- Times are microseconds since 1970 in UTC.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL,
    hosp_out_trade_no TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    med_trans_id TEXT,
    -- The number of the order's refund, where it is not empty. It belongs to one order of a hospital.
    hosp_out_refund_no TEXT,
    created_at INTEGER NOT NULL,
    -- When it may be claimed: the order's own time, or the end of a claim.
    due_at INTEGER,
    -- 1 if workers look at it before other orders: it may not have reached the platform yet, or the patient waits for it.
    urgent INTEGER NOT NULL,
    -- 1 if the platform reported what cannot be true of the order, and that is not settled.
    contradicted INTEGER NOT NULL,
    -- The whole order as JSON, except the request; the columns above are taken from it.
    record TEXT NOT NULL,
    UNIQUE (merchant, hosp_out_trade_no)
) STRICT;

CREATE UNIQUE INDEX orders_refund_number ON orders (merchant, hosp_out_refund_no) WHERE hosp_out_refund_no IS NOT NULL;
CREATE INDEX orders_newest ON orders (created_at, merchant, hosp_out_trade_no);
CREATE INDEX orders_med_trans_id ON orders (med_trans_id) WHERE med_trans_id IS NOT NULL;
CREATE INDEX orders_contradicted ON orders (created_at, merchant, hosp_out_trade_no) WHERE contradicted;
-- A claim looks up each hospital and each urgency: the orders of other hospitals cost it nothing.
CREATE INDEX orders_due ON orders (merchant, urgent, due_at, hosp_out_trade_no) WHERE due_at IS NOT NULL;

-- What an order was placed with is most of it and never changes: it is stored apart, so that a change of the order writes little.
CREATE TABLE requests (
    order_id INTEGER PRIMARY KEY REFERENCES orders (id),
    -- Name and value of each field, as JSON.
    request TEXT NOT NULL
) STRICT;

CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    evidence TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL
) STRICT;

CREATE INDEX history_order ON history (order_id);

CREATE TABLE received (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    merchant TEXT,
    hosp_out_trade_no TEXT,
    at INTEGER NOT NULL,
    -- Why it was not accepted; NULL if it was.
    reason TEXT,
    -- Where its record begins in the file of bodies, and how long the body is.
    position INTEGER NOT NULL,
    length INTEGER NOT NULL,
    -- A body in quarantine; NULL if the body is in the file beside the database, at `position`.
    body BLOB
) STRICT;

CREATE UNIQUE INDEX received_believed ON received (key) WHERE reason IS NULL;
CREATE UNIQUE INDEX received_quarantined ON received (key) WHERE reason IS NOT NULL;
CREATE INDEX received_in_quarantine ON received (id) WHERE reason IS NOT NULL;
CREATE INDEX received_order ON received (merchant, hosp_out_trade_no) WHERE merchant IS NOT NULL;

CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    -- The hospital of the order.
    merchant TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- When it may be claimed; NULL unless it waits.
    due_at INTEGER,
    -- 1 while an earlier event of the same order waits. Means nothing for an event that does not wait.
    blocked INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    standing TEXT NOT NULL,
    -- Why the sink did not take it.
    last_error TEXT
) STRICT;

CREATE INDEX events_order ON events (order_id);
-- A claim looks up each hospital. Events of other hospitals, and those that wait for an earlier one, cost it nothing.
CREATE INDEX events_due ON events (merchant, due_at, seq) WHERE due_at IS NOT NULL AND blocked = 0;

CREATE TABLE tokens (
    merchant TEXT PRIMARY KEY,
    value TEXT,
    renew_at INTEGER,
    expires_at INTEGER,
    -- Which process renews it, and until when no other does.
    holder TEXT,
    held_until INTEGER
) STRICT;

-- One row: what the store knows of itself, so that a missing part is noticed.
CREATE TABLE store (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- How many transactions have written something.
    commits INTEGER NOT NULL,
    -- Where the next record goes in the file of bodies.
    bodies_end INTEGER NOT NULL
) STRICT;

INSERT INTO store VALUES (1, 0, 0);

-- Parts of the file of bodies that may not have reached the disk.
CREATE TABLE unflushed (
    position INTEGER PRIMARY KEY,
    end INTEGER NOT NULL
) STRICT;
