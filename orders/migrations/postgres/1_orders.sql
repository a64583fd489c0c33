-- Orders, what happened to them, what was received, what is to be told, access tokens.
-- Times are microseconds since 1970 in UTC. Keys are compared as bytes, whatever the database's locale.

CREATE TABLE orders (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant TEXT COLLATE "C" NOT NULL,
    hosp_out_trade_no TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    state TEXT NOT NULL,
    med_trans_id TEXT,
    created_at BIGINT NOT NULL,
    -- When it may be claimed: the order's own time, or the end of a claim.
    due_at BIGINT,
    -- The whole order as JSON; the columns above are taken from it.
    record TEXT NOT NULL,
    UNIQUE (merchant, hosp_out_trade_no)
);

CREATE INDEX orders_due ON orders (due_at, merchant, hosp_out_trade_no) WHERE due_at IS NOT NULL;
CREATE INDEX orders_newest ON orders (created_at, merchant, hosp_out_trade_no);

CREATE TABLE history (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    evidence TEXT NOT NULL,
    from_state TEXT,
    to_state TEXT NOT NULL
);

CREATE INDEX history_order ON history (order_id);

CREATE TABLE received (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key TEXT COLLATE "C" NOT NULL,
    merchant TEXT COLLATE "C",
    hosp_out_trade_no TEXT COLLATE "C",
    at BIGINT NOT NULL,
    -- Why it was not believed; NULL if it was.
    reason TEXT,
    body BYTEA NOT NULL
);

CREATE UNIQUE INDEX received_believed ON received (key) WHERE reason IS NULL;
CREATE UNIQUE INDEX received_quarantined ON received (key) WHERE reason IS NOT NULL;

CREATE TABLE events (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When it may be claimed; NULL unless it waits.
    due_at BIGINT,
    attempts BIGINT NOT NULL,
    standing TEXT NOT NULL
);

CREATE INDEX events_order ON events (order_id);
CREATE INDEX events_due ON events (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE tokens (
    merchant TEXT COLLATE "C" PRIMARY KEY,
    value TEXT,
    renew_at BIGINT,
    expires_at BIGINT
);
