"""What decides about questions and risks without reading or writing anything."""
