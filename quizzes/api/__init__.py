"""Attempts by machine."""
