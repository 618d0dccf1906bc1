"""Bytes to plain values, without I/O: common feed formats, mark-up, dates, languages, and what is set aside."""
