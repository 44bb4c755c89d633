"""What the demonstration sees of the clinic."""
