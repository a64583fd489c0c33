-- Orders are found by the platform's number, received bytes by their order, and an event says why it was not taken.

CREATE INDEX orders_med_trans_id ON orders (med_trans_id) WHERE med_trans_id IS NOT NULL;
CREATE INDEX received_order ON received (merchant, hosp_out_trade_no) WHERE merchant IS NOT NULL;
ALTER TABLE events ADD COLUMN last_error TEXT;
