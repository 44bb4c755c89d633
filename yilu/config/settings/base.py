"""Settings that hold everywhere. What differs by place comes from the environment."""
