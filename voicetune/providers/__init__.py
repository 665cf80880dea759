"""Places that can train and chat: their profiles, the client, their errors in plain words."""
