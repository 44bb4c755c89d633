"""The figures and pure rules of records."""
