"""Rooms: each coordinates one thing people do; none can read what they say."""
