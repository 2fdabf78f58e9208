"""The doors of the people room: one module per audience and thing."""
