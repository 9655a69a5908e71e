-- Who signed in, and who tried.
SELECT 1;
