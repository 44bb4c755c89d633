"""What the record decides by: pure functions over versioned rule sets. Nothing reads or writes."""
