"""A command on a pseudo-terminal: what a person would see, and the keys that they press."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

from tests.conftest import ROOT, Workspace

# a process of a new session takes the terminal as its own, so that Ctrl-C reaches it as a signal
_CODE = "import fcntl, termios; fcntl.ioctl(2, termios.TIOCSCTTY, 0); from pipeline.cli import main; main()"
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CTRL_C = b"\x03"


class Terminal:
    """Runs the command line; `stdout` may go elsewhere."""

    def __init__(self, workspace: Workspace, *args: str, env: dict[str, str], stdout: int | None = None) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        whole = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "CI": "", **env}
        command = [sys.executable, "-c", _CODE, "-C", str(workspace.root), *args]
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs if stdout is None else stdout, stderr=theirs,
            cwd=ROOT, env=whole, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.raw = ""

    @property
    def text(self) -> str:
        """Everything that was written, one frame after another, without control sequences."""
        return _SEQUENCE.sub("", self.raw).replace("\r", "")

    def wait_for(self, said: str) -> None:
        """Until this has been shown."""
        while said not in self.text:
            assert self._read(), f"ended without {said!r}: {self.text}"

    def press(self, key: bytes) -> None:
        """As on a keyboard."""
        os.write(self._ours, key)

    def end(self) -> int:
        """Until the command has ended: its exit code."""
        while self._read():
            pass
        os.close(self._ours)
        return self.process.wait()

    def _read(self) -> bool:
        try:
            read = os.read(self._ours, 65536)
        except OSError:  # Linux says so where everybody has let go of the other side
            return False
        self.raw += read.decode("utf-8", "replace")
        return bool(read)
