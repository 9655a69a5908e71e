"""Promises in numbers: targets of the documents, the indicators that measure them, and what is known of both.

    target (document) + recipe (how it is measured) + facts (library, census, reports) → actual → status

An actual value is known between bounds (``Actual.low`` … ``Actual.high``): what has not been reported widens
them, and only what holds for all values between them is said of a target. Unknown is never 0.
"""
