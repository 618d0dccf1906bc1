"""The dashboard: pages for people and JSON for programs, drawn from the last look's findings, and labels by hand."""
