"""What every page of this room asks of the installation."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app, request

from app.config import Config
from modules.certificates import keys


def site() -> str:
    """The public address of the academy, without a slash at its end."""
    return (house().base_url or request.url_root).rstrip("/")


def house() -> Config:
    """The settings."""
    config: Config = current_app.config["HOUSE"]
    return config


def key() -> Ed25519PrivateKey:
    """The key that signs now."""
    return keys.signing_key(house())
