"""The demonstration: a made-up cohort on the real cycle, so that a new installation can be seen at work."""
