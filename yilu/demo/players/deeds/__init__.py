"""The deeds of the players, by post. Each takes the stage and what is due, and acts over HTTP."""
