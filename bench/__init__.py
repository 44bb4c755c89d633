"""The benchmark: the real product over HTTP, and beside it the same SQL from a bare client."""
