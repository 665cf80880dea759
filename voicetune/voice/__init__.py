"""A writer's voice: its habits, a measure of it, and the posts that do not sound like the rest."""
