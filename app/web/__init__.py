"""How a request enters and leaves: session, access, errors, forms, API."""
