"""Launching a run at a place and watching it to its end."""
