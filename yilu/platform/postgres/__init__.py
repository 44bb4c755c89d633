"""Django's PostgreSQL backend, with one round trip less at the beginning of each request."""
