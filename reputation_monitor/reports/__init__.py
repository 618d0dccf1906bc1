"""Weekly report and incident review: plain figures in, one HTML page, Markdown or JSON out. No store, no network."""
