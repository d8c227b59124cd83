"""TODO edges."""
