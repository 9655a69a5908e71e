"""What an analysis says when it cannot answer: one kind of error, with a sentence and its numbers."""


class BadInput(ValueError):  # noqa: N818 - the input is bad, not the program
    """Input that has no honest answer; the text says what is wrong and what to do.

    ``code`` names the kind and ``values`` holds the numbers of the sentence, so that a page can say it in
    another language.

    >>> error = BadInput("3 places are out of reach; leave them out", code="unreachable", count=3)
    >>> str(error), error.code, error.values
    ('3 places are out of reach; leave them out', 'unreachable', {'count': 3})
    """

    def __init__(self, sentence: str, *, code: str = "bad_input", **values: object) -> None:
        super().__init__(sentence)
        self.code = code
        self.values: dict[str, object] = values
