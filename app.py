"""Entry: one file for the server (routes) and for the script that draws the pages; ``streamlit run app.py``.

Streamlit serves ``static/`` from the folder of the script it runs, so that script is this file: the server imports
it as a module and takes ``app``; each page run executes it as ``__main__``.
"""

import streamlit as st

if __name__ == "__main__":
    from views.main import main

    main()
else:
    app = st.App(__file__)
