"""What the pages of attendance show."""
