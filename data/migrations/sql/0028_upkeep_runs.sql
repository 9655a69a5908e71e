-- What the office's own upkeep did: backups and their proofs.
SELECT 1;
