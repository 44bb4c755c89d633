"""What dentistry changes."""
