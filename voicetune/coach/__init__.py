"""Is it good data: privacy, quality, boilerplate, what a provider would refuse, and one score."""
