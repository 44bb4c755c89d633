"""What the pharmacy decides by: pure functions over versioned data. Nothing reads or writes."""
