"""Mentions from files: what ``import`` reads."""
