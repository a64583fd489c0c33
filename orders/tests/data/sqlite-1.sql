-- A database as version 1 of the schema made it: the tables of migrations/sqlite/1_orders.sql, and one order with all that belongs to it.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    merchant TEXT NOT NULL,
    hosp_out_trade_no TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    med_trans_id TEXT,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
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
    reason TEXT,
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
    holder TEXT,
    held_until INTEGER
) STRICT;

CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);

INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (1, 'orders', true, x'd1d7c60f63fcccea51c66f8348e19db428df0f1d132772df5ed99578e8436b509bd278ed0ff8f0ba52097f9de38698a6', 1);

INSERT INTO orders (merchant, hosp_out_trade_no, revision, state, med_trans_id, created_at, due_at, record)
VALUES ('hospital', '1', 7, 'refunding', 'M7', 1714979289123456, 1714979299123456, '{"key":{"merchant":"hospital","hosp_out_trade_no":"1"},"revision":7,"state":"refunding","digest":"5e88","request":[["body","挂号"]],"amounts":{"total_fee":1500,"cash_fee":500,"insurance_fee":1000,"may_change":false},"placed":{"med_trans_id":"M7","pay_url":"https://example.com/pay?a=1&b=2","pay_appid":"wx1"},"refund":{"hosp_out_refund_no":"R7","med_refund_id":"MR7","cash_only":5,"request_content":"{\"a\":\"b\"}","tries":2,"state":"accepted","cash_refund_fee":5,"insurance_refund_fee":null},"close_wanted":true,"facts":[["time_end","20240506150809"]],"told":"REFUND","missing":3,"notification":"k","times":{"created_at":"2024-05-06T07:08:09.123456Z","updated_at":"2024-05-06T07:08:09.123456Z","expires_at":"2024-05-06T07:23:09.123456Z","paid_at":null},"due_at":"2024-05-06T07:08:19.123456Z","attempts":4}');

INSERT INTO history (order_id, at, who, what, evidence, from_state, to_state) VALUES
    (1, 1714979290123456, 'caller', 'placed', 'nothing yet', NULL, 'placing'),
    (1, 1714979294123456, 'notification', 'told', 'SUCCESS', 'placing', 'paid');

-- The bodies stand in sqlite-1.db-received.
INSERT INTO received (key, merchant, hosp_out_trade_no, at, reason, position, length) VALUES
    ('n', 'hospital', '1', 1714979294123456, NULL, 0, 12),
    ('forged', NULL, NULL, 1714979295123456, 'unsigned', 20, 17);

INSERT INTO events (id, order_id, kind, payload, created_at, due_at, attempts, standing) VALUES
    ('a', 1, 'order.paid', '{}', 1714979294123456, NULL, 1, 'delivered'),
    ('b', 1, 'refund.asked', '{}', 1714979295123456, 1714979295123456, 0, 'waiting');

INSERT INTO tokens (merchant, value, renew_at, expires_at) VALUES ('hospital', 'old', 1714986189123456, 1714986489123456);
