"""What aesthetics knows, without a database."""
