"""The Progress room: every run, and one of them live."""
