"""Contenders and their streams, side by side; pure."""
