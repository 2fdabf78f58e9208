"""Practical cases and the threads that discuss them."""
