"""Pages of the spine, one module per audience."""
