"""Entry: one file for the server (routes) and for the script that draws the pages; ``streamlit run app.py``.

Streamlit serves ``static/`` from the folder of the script it runs, so that script is this file: the server
imports it as a module and takes ``app``; each page run executes it as ``__main__``.
"""

import streamlit as st

from views.main import main, script_failed

if __name__ == "__main__":
    main()
else:
    from starlette.middleware import Middleware

    from data import wiring
    from data.settings import load
    from services import downloads
    from services.headers import SafeHeaders

    app = st.App(
        __file__,
        routes=downloads.routes(wiring.library, load()),
        middleware=[Middleware(SafeHeaders)],
        on_script_error=script_failed,
    )
