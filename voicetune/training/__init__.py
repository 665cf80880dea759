"""Job states, metrics and what they mean; pure."""
