"""Shifts of sentiment, and their links to incidents. Pure: arrays and incidents in, verdicts out."""
