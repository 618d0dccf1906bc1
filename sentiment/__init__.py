"""Texts in, sentiment scores out. Usable alone; knows no database, no collector and no alert."""
