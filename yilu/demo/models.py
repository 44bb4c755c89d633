"""What the demonstration keeps of its own."""

from django.db import models


class Presence(models.Model):
    """That a person, no player, is at work in a browser. `seen_at` is real time."""

    user = models.OneToOneField("platform.User", models.CASCADE, primary_key=True, related_name="+")
    seen_at = models.DateTimeField()
