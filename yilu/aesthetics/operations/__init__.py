"""What aesthetics changes."""
