"""Caption formats, one module each: decoded text in, timed cues and rejects out."""
