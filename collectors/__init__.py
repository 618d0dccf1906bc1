"""Feeds in, items out. Usable alone; knows no database, no brand and no alert."""
