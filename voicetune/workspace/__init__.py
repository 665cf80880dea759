"""The database: data sets, examples, runs, events, chats, settings."""
