"""Where a store may lie: locks do not hold on most network file systems, and a store without locks is lost some day."""

import re
from pathlib import Path

from domain.errors import StoreError

_NETWORK = re.compile(r"^(nfs\d?|cifs|smb\w*|afs|ceph|glusterfs|lustre|fuse\.(sshfs|rclone|s3fs|gcsfuse))$")


def refuse_network(path: Path) -> None:
    """Refuse a store on a network file system.

    Raises:
        StoreError: it would lie on one.
    """
    kind = _file_system(path.resolve())
    if _NETWORK.match(kind):
        raise StoreError(path, f"lies on a network file system ({kind}); put the store on a local disk")


def _file_system(path: Path) -> str:
    """The kind of file system under the path, as Linux names it; empty where that cannot be told."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8")
    except OSError:
        return ""
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, name, *_ = line.split(" ")
        point = point.replace(r"\040", " ")
        if len(point) >= len(best) and path.is_relative_to(point):
            best, kind = point, name
    return kind
