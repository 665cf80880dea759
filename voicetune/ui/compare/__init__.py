"""The Compare room: contenders, a question to both, what to take home."""
