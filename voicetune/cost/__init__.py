"""Tokens, prices and the estimate; pure."""
