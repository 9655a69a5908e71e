"""Entry: one file for the server (routes) and for the script that draws the pages; ``streamlit run app.py``.

Streamlit serves ``static/`` from the folder of the script it runs, so that script is this file: the server
imports it as a module and takes ``app``; each page run executes it as ``__main__``.
"""

import streamlit as st

from views.main import main, script_failed

if __name__ == "__main__":
    main()
else:
    from functools import partial

    from starlette.middleware import Middleware

    from data import wiring
    from data.settings import load
    from services import attachments, downloads, map_cells, office_files, sign_in
    from services.headers import SafeHeaders
    from services.office import office_of
    from services.ogc.serving import OpenInterface
    from services.pack.web import routes as pack_routes
    from services.watching import routes as watching
    from services.watching.requests import Watched
    from views.map.basemaps import origins

    settings = load()
    watching.begin(settings)
    office = office_of(wiring.doorkeeper, settings.session_hours).token if settings.single_office else None
    visitor = partial(sign_in.visitor_token, office=office)
    interface = OpenInterface(lambda: wiring.database().app_address, settings, visitor)
    routes = [
        *watching.routes(wiring.database, settings),
        *downloads.routes(wiring.library_of, settings, visitor),
        *map_cells.routes(wiring.library_of, settings, visitor),
        *sign_in.routes(wiring.doorkeeper, settings),
        *office_files.routes(settings, wiring.workbook, wiring.jobs, visitor),
        *attachments.routes(wiring.attachments, visitor, wiring.office_files),
        *interface.routes,
        *pack_routes.routes(wiring.packs, wiring.pack_by_link, settings, visitor),
    ]
    app = st.App(
        __file__,
        routes=routes,
        lifespan=interface.lifespan,
        middleware=[Middleware(Watched, routes=routes), Middleware(SafeHeaders, pictures=origins(settings))],
        on_script_error=script_failed,
    )
