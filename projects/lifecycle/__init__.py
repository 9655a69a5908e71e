"""Life cycle: dated steps, yearly class, readiness, lists of key projects, contradictions, monthly dispatch.

Pure rules; ``ports`` says what a database answers by the same rules for a whole filter: their Python is held
against the SQL of ``data.store.lifecycle`` on random data by a test.
"""
