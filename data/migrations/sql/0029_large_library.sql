-- What a library of the nation's size needs beside the counts.
SELECT 1;
