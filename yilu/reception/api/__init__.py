"""The deeds over JSON that join apps: arriving, and finishing a ticket."""
