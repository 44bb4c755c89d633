"""Pictures of every main page, for people to look at: `python -m look`."""
