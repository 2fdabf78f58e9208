"""The door for any WSGI server: `granian --interface wsgi wsgi:app`."""

import gc
import os

gc.disable()  # While everything is imported there is only growth: looking through it again and again takes a third.

from app.config import Config  # noqa: E402
from app.factory import create_app  # noqa: E402

app = create_app(Config.from_env(os.environ))

gc.freeze()  # What stays for ever need not be looked through on requests either.
gc.enable()
