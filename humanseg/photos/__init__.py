"""TODO photos."""
