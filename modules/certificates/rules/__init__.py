"""What a certificate says, and who gets one: pure."""
