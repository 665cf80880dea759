"""What the pages share: router, session, parts; the only package that imports streamlit."""
