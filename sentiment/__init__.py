"""Texts in, sentiment scores out. Usable alone; knows no database, no collector and no alert."""

from pathlib import Path

BUILT_IN = Path(__file__).parent / "model"
"""The folder of the built-in model."""
