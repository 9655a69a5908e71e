-- What changed since a day: the leaders' page asks history by time. Rows are written in the order of their time, so a
-- few kilobytes of block ranges answer it.
CREATE INDEX ix_history_changed_at ON history USING brin (changed_at);
