"""Archives and documents that people write in or take home, to texts of their own; pure."""
