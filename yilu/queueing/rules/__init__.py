"""Pure rules of queueing: who is next and why, and how long it takes."""
