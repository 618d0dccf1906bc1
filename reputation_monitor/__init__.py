"""Reputation Monitor: what customers say on three screens, tied to IT incidents with a stated error rate."""

__version__ = "0.1.0"
