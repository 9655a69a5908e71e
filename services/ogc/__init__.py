"""The open interface at ``/ogc``: OGC API – Features and vector tiles, read-only, with its caller's rights.

    serving     the mounted application and its lifespan
    callers     who asks: a token, a browser's session, nobody
    door        the pool of connections; one read-only transaction per question, role and token set
    catalogue   the collections: their columns, and how questions become SQL
    cells       boxes as ranges of numbers, for indexes under row-level security
    moments     what ``datetime`` means
    asking      what a question may hold; everything else is refused in plain words
    crowded     tiles over more points than a tile can hold
    refusals    one table from error to status and sentence
    described   the OpenAPI document and the page that shows it
    pages       plain HTML, without scripts and without other hosts

tipg does the standard (links, formats, tile sets, CQL2 to SQL); docs/decisions/0010-open-api.md says why.
"""
