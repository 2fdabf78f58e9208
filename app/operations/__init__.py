"""Operations: what the workers do, for those who keep the server."""
