"""How varied a set is: its topics, its shapes and its course over time."""
