"""The learning server: top floor (factory, worker, command line) and ground floor (what all rooms share)."""
