"""What decides about examinations without reading or writing anything."""
