"""Recordings: received, probed, transcoded, kept and delivered."""
