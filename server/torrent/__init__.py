"""Torrents: the session, what it downloads first, and readers of its bytes."""
