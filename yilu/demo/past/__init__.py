"""From a story to the rows that the product's own deeds would have written."""
