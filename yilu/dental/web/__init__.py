"""The pages of dentistry."""
