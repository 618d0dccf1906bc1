"""Filling reports: what the store and the last look know, in the reports' own figures."""
