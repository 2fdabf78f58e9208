"""Certificates: what was done, frozen, signed, printed, checked without network."""
