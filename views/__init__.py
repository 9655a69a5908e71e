"""The pages people see. Streamlit lives here and in ``app.py`` only; pages draw, they do not decide."""
