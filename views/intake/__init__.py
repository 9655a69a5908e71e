"""An office's file on its way in: upload, check, preview, submit; workbooks to take home."""
