"""Worlds of which the truth is known, and how near to it the linking and other methods come."""
