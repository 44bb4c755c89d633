"""Bills over JSON."""
