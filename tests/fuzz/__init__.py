"""Every parser against inputs nobody thought of: 1,000 each with every run, 100,000 each in the long one."""
