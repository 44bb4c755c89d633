"""What dentistry reads."""
