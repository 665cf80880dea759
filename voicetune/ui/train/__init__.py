"""The Train room: the set's state, the place, the settings, the bill, one launch."""
