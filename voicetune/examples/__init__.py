"""What an example is, reading and writing them, the checks; pure."""
