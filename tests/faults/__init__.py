"""Faults: every way of writing, and what happens to it when the machine, the network or the disk fails."""
