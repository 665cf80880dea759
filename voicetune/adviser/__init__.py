"""Whether to fine-tune at all, prompt with examples, look things up, or wait; pure."""
