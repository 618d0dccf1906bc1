"""Collectors of app stores."""
