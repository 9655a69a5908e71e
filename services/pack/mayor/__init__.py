"""The page for leaders: one A4 of what there is, what is late, what is unfunded, who has not reported."""
