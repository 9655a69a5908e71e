-- Counts of the map kept beside the records, so that a nation's library answers at once.
SELECT 1;
