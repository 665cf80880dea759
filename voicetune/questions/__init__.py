"""Questions for posts that have none: by rules, by a chat model, along an article's headings."""
