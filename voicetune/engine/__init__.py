"""The local engine: OpenAI's fine-tuning wire format, served and trained on this computer."""
