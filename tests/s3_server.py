"""A real S3 server for the tests: OpenStack Swift with its S3 door, all of it in one process and one folder.

python -m tests.s3_server FOLDER PORT        then: user "test:tester", secret "testing"
"""

import logging
import sys
from pathlib import Path

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402 - the patch comes first
from paste.deploy import loadapp  # noqa: E402
from swift.common import utils  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402

BACKENDS = {"account": 1, "container": 2, "object": 3}
PROXY = """[DEFAULT]
swift_dir = {folder}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors cache s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
cors_allow_origin = *
allow_account_management = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
cors_preflight_allow_origin = *
min_segment_size = 1
location = us-east-1
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""
BACKEND = """[DEFAULT]
devices = {folder}/devices
mount_check = false
swift_dir = {folder}
log_level = ERROR
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""


def main(folder: Path, port: int) -> None:
    """Serve until killed."""
    logging.disable(logging.CRITICAL)
    (folder / "devices" / "d1").mkdir(parents=True, exist_ok=True)
    conf = folder / "swift.conf"
    conf.write_text("[swift-hash]\nswift_hash_path_suffix = tests\n[storage-policy:0]\nname = one\ndefault = yes\n")
    utils.SWIFT_CONF_FILE = str(conf)
    utils.validate_hash_conf()
    for kind, step in BACKENDS.items():
        _ring(folder, kind, port + step)
        _serve(folder / f"{kind}.conf", BACKEND.format(folder=folder, kind=kind), port + step)
    _serve(folder / "proxy.conf", PROXY.format(folder=folder), port)
    print("ready", flush=True)
    while True:
        eventlet.sleep(3600)


def _ring(folder: Path, kind: str, port: int) -> None:
    builder = RingBuilder(part_power=2, replicas=1, min_part_hours=1)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "d1", "weight": 1.0,
                     "replication_ip": "127.0.0.1", "replication_port": port, "meta": ""})  # fmt: skip
    builder.rebalance()
    builder.get_ring().save(str(folder / f"{kind}.ring.gz"))


def _serve(conf: Path, text: str, port: int) -> None:
    conf.write_text(text)
    app = loadapp(f"config:{conf}", global_conf={"log_name": conf.stem})
    listener = eventlet.listen(("127.0.0.1", port))
    eventlet.spawn_n(wsgi.server, listener, app, log=logging.getLogger("silent"), log_output=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
