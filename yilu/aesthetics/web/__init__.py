"""Pages of aesthetics."""
