"""What is read about predictions."""
