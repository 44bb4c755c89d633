"""Bringing Yilu up on a machine and keeping it up: places, assets, database server, processes.

Nothing in this package needs Django to be configured, because it runs before Django can.
"""
