"""What the machine that runs the tests can do."""

import subprocess
import tempfile

# A command, and the script that runs the rest of it with a disk of one megabyte at its first argument.
SMALL_DISK = (
    ["unshare", "--mount", "--map-root-user", "sh", "-c"],
    'mount -t tmpfs -o size=1m none "$0" && exec "$@"',
)


def mounts() -> bool:
    """Whether a mount in a namespace of its own is allowed here; some containers refuse it."""
    command, script = SMALL_DISK
    with tempfile.TemporaryDirectory() as folder:
        try:
            return subprocess.run([*command, script, folder, "true"], capture_output=True, check=False).returncode == 0
        except FileNotFoundError:
            return False
