"""How the tables came to be; applied by the store when it opens."""
