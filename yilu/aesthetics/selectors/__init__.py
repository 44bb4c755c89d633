"""What aesthetics reads."""
