"""Collectors of the web: feeds, pages, forums, social networks."""
