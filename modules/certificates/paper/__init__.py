"""The certificate as a PDF: A4 across, sealed, its letters inside, the same bytes each time."""
