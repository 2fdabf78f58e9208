"""What a browser calls itself, by family and system only: enough to know one's own device again."""

# The order matters: most browsers also carry the names of those before them.
_BROWSERS = (
    ("SamsungBrowser", "Samsung Internet"), ("OPR/", "Opera"), ("Opera Mini", "Opera Mini"),
    ("UCBrowser", "UC Browser"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def named(user_agent: str) -> str:
    """The browser and the system; empty when neither is known."""
    return ", ".join(filter(None, (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))))


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
