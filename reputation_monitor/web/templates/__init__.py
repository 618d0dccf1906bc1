"""The templates of the dashboard; they share style and parts with those of the reports."""
