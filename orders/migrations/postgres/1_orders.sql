-- Orders, their history, what was received, events, access tokens.
-- Times are microseconds since 1970 in UTC. Keys are compared as bytes, whatever the database's locale.

CREATE TABLE orders (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    merchant TEXT COLLATE "C" NOT NULL,
    hosp_out_trade_no TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    state TEXT NOT NULL,
    med_trans_id TEXT,
    -- The number of the order's refund, where it is not empty. It belongs to one order of a hospital.
    hosp_out_refund_no TEXT,
    created_at BIGINT NOT NULL,
    -- When it may be claimed: the order's own time, or the end of a claim.
    due_at BIGINT,
    -- True if workers look at it before other orders: it may not have reached the platform yet, or the patient waits for it.
    urgent BOOLEAN NOT NULL,
    -- True if the platform reported what cannot be true of the order, and that is not settled.
    contradicted BOOLEAN NOT NULL,
    -- The whole order as JSON, except the request; the columns above are taken from it.
    record TEXT NOT NULL,
    -- What it was placed with, which never changes: name and value of each field, as JSON.
    request TEXT NOT NULL,
    UNIQUE (merchant, hosp_out_trade_no)
);

CREATE UNIQUE INDEX orders_refund_number ON orders (merchant, hosp_out_refund_no) WHERE hosp_out_refund_no IS NOT NULL;
CREATE INDEX orders_newest ON orders (created_at, merchant, hosp_out_trade_no);
CREATE INDEX orders_med_trans_id ON orders (med_trans_id) WHERE med_trans_id IS NOT NULL;
CREATE INDEX orders_contradicted ON orders (created_at, merchant, hosp_out_trade_no) WHERE contradicted;
-- A claim looks up each hospital and each urgency: the orders of other hospitals cost it nothing.
CREATE INDEX orders_due ON orders (merchant, urgent, due_at, hosp_out_trade_no) WHERE due_at IS NOT NULL;

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
    -- Why it was not accepted; NULL if it was.
    reason TEXT,
    body BYTEA NOT NULL
);

CREATE UNIQUE INDEX received_believed ON received (key) WHERE reason IS NULL;
CREATE UNIQUE INDEX received_quarantined ON received (key) WHERE reason IS NOT NULL;
CREATE INDEX received_in_quarantine ON received (id) WHERE reason IS NOT NULL;
CREATE INDEX received_order ON received (merchant, hosp_out_trade_no) WHERE merchant IS NOT NULL;

CREATE TABLE events (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    -- The hospital of the order.
    merchant TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When it may be claimed; NULL unless it waits.
    due_at BIGINT,
    -- True while an earlier event of the same order waits. Means nothing for an event that does not wait.
    blocked BOOLEAN NOT NULL,
    attempts BIGINT NOT NULL,
    standing TEXT NOT NULL,
    -- Why the sink did not take it.
    last_error TEXT
);

CREATE INDEX events_order ON events (order_id);
-- A claim looks up each hospital. Events of other hospitals, and those that wait for an earlier one, cost it nothing.
CREATE INDEX events_due ON events (merchant, due_at, seq) WHERE due_at IS NOT NULL AND NOT blocked;

CREATE TABLE tokens (
    merchant TEXT COLLATE "C" PRIMARY KEY,
    value TEXT,
    renew_at BIGINT,
    expires_at BIGINT,
    -- Which process renews it, and until when no other does, by the server's clock.
    holder TEXT,
    held_until BIGINT
);

-- A desk says in its session which version of the schema it knows. One that a newer desk has overtaken writes rows that the newer one does not
-- understand, so every statement of it that writes is refused. A session that says nothing, such as a person's, is let through.
CREATE FUNCTION refuse_an_older_desk() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known TEXT := current_setting('payinsurance.schema_version', true);
    newest BIGINT;
BEGIN
    IF known <> '' THEN
        SELECT max(version) INTO newest FROM payinsurance_migrations;
        IF newest > known::BIGINT THEN
            RAISE EXCEPTION USING ERRCODE = 'PI001', MESSAGE = newest || ' ' || known;
        END IF;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER refuse_an_older_desk BEFORE INSERT OR UPDATE OR DELETE ON orders EXECUTE FUNCTION refuse_an_older_desk();
CREATE TRIGGER refuse_an_older_desk BEFORE INSERT OR UPDATE OR DELETE ON history EXECUTE FUNCTION refuse_an_older_desk();
CREATE TRIGGER refuse_an_older_desk BEFORE INSERT OR UPDATE OR DELETE ON received EXECUTE FUNCTION refuse_an_older_desk();
CREATE TRIGGER refuse_an_older_desk BEFORE INSERT OR UPDATE OR DELETE ON events EXECUTE FUNCTION refuse_an_older_desk();
CREATE TRIGGER refuse_an_older_desk BEFORE INSERT OR UPDATE OR DELETE ON tokens EXECUTE FUNCTION refuse_an_older_desk();
