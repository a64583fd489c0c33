-- Orders, what happened to them, what was received, what is to be told, access tokens.
-- Times are microseconds since 1970 in UTC.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL,
    hosp_out_trade_no TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    med_trans_id TEXT,
    created_at INTEGER NOT NULL,
    -- When it may be claimed: the order's own time, or the end of a claim.
    due_at INTEGER,
    -- The whole order as JSON; the columns above are taken from it.
    record TEXT NOT NULL,
    UNIQUE (merchant, hosp_out_trade_no)
) STRICT;

CREATE INDEX orders_due ON orders (due_at, merchant, hosp_out_trade_no) WHERE due_at IS NOT NULL;
CREATE INDEX orders_newest ON orders (created_at, merchant, hosp_out_trade_no);

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
    -- Why it was not believed; NULL if it was.
    reason TEXT,
    -- Where its record begins in the file of bodies, and how long the body is.
    position INTEGER NOT NULL,
    length INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX received_believed ON received (key) WHERE reason IS NULL;
CREATE UNIQUE INDEX received_quarantined ON received (key) WHERE reason IS NOT NULL;

CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- When it may be claimed; NULL unless it waits.
    due_at INTEGER,
    attempts INTEGER NOT NULL,
    standing TEXT NOT NULL
) STRICT;

CREATE INDEX events_order ON events (order_id);
CREATE INDEX events_due ON events (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE tokens (
    merchant TEXT PRIMARY KEY,
    value TEXT,
    renew_at INTEGER,
    expires_at INTEGER,
    -- Who renews it, and until when nobody else does.
    holder TEXT,
    held_until INTEGER
) STRICT;
