"""A scripted place to train: speaks the protocol on loopback, trains nothing, charges nothing.

Tests train at it; `python -m voicetune rehearse` lets a person walk through a paid place.
"""
