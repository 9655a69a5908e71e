-- Figures that units report change what scorecards and targets say: they leave the mark that caches look at.

CREATE FUNCTION mark_figures() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    PERFORM mark_edit();
    RETURN NULL;
END $$;

CREATE TRIGGER marks_figures AFTER INSERT OR UPDATE OR DELETE ON indicator_report
FOR EACH STATEMENT EXECUTE FUNCTION mark_figures();

REVOKE ALL ON FUNCTION mark_figures() FROM PUBLIC;
