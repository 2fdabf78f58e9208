"""What may number a module."""


def is_number(text: str) -> bool:
    """3, 3 bis, III or A; nothing that begins with a sign."""
    return text[:1].isalnum()
