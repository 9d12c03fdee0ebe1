"""A disk that fills up: a small file system in memory where this process may mount one, else a limit on file sizes."""

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ROOMY_KIB = 64 * 1024


@dataclass
class Disk:
    """Where to work, and how full it is."""

    root: Path
    is_mounted: bool
    most_bytes: int | None = None
    """Largest file that a process may write there, where no file system could be mounted."""

    @property
    def kind(self) -> str:
        """For people."""
        return "tmpfs" if self.is_mounted else "RLIMIT_FSIZE"

    def leave(self, kib: int | None) -> None:
        """Leave this much room; None for plenty."""
        if not self.is_mounted:
            self.most_bytes = None if kib is None else kib * 1024
            return
        used = os.statvfs(self.root)
        used_kib = (used.f_blocks - used.f_bfree) * used.f_frsize // 1024
        size = _ROOMY_KIB if kib is None else used_kib + kib
        subprocess.run(["mount", "-o", f"remount,size={size}k", str(self.root)], check=True)


@contextmanager
def on_a_full_disk(root: Path) -> Generator[Disk]:
    """A disk of its own at this folder until the block ends."""
    root.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_ROOMY_KIB}k", "tmpfs", str(root)]
    is_mounted = bool(shutil.which("mount")) and not subprocess.run(mount, check=False, capture_output=True).returncode
    try:
        yield Disk(root, is_mounted)
    finally:
        if is_mounted:
            subprocess.run(["umount", str(root)], check=True)
