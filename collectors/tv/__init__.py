"""Collectors of television: captions and caption searches."""
