"""Conditions in, notifications out. Usable alone; knows no database, no collector and no model."""
