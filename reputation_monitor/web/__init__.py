"""The dashboard: pages for people and JSON for programs, read-only, drawn from the last look's findings."""
