"""TODO checkpoints."""
