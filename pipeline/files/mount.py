"""Where a path really lies: files that several processes lock must not lie on a network."""

import re
from pathlib import Path

_NETWORK = re.compile(r"^(nfs\d?|cifs|smb\w*|afs|ceph|glusterfs|lustre|fuse\.(sshfs|rclone|s3fs|gcsfuse))$")


def network_kind(path: Path) -> str | None:
    """The kind of network file system under the path; None on a local disk, or where that cannot be told."""
    kind = _file_system(path.resolve())
    return kind if _NETWORK.match(kind) else None


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
