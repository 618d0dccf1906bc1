"""The bundled scenario: an invented brand, what is said of it, and loopback servers that serve it in real formats."""
