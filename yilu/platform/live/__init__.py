"""Live hints to browsers."""
