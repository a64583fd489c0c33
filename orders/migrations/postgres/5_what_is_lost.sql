-- The quarantine can be pruned, and a desk of an older version cannot write any more.

CREATE INDEX received_in_quarantine ON received (id) WHERE reason IS NOT NULL;

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
CREATE TRIGGER refuse_an_older_desk BEFORE INSERT OR UPDATE OR DELETE ON received EXECUTE FUNCTION refuse_an_older_desk();
CREATE TRIGGER refuse_an_older_desk BEFORE INSERT OR UPDATE OR DELETE ON events EXECUTE FUNCTION refuse_an_older_desk();
CREATE TRIGGER refuse_an_older_desk BEFORE INSERT OR UPDATE OR DELETE ON tokens EXECUTE FUNCTION refuse_an_older_desk();
