"""The dashboard: pages for people, JSON for programs, drawn from the last findings, and labels set by hand."""
