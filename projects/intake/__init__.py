"""What becomes of an office's file: reading, matching, planning, preview, and the words for it."""
