"""Links made again: what each verdict rested on, and what had changed when it became another. Pure."""
