"""The command `caveat serve`: the clinicians' workspace, beside a running batch on the same store."""

import ipaddress
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click
import uvicorn
from starlette.applications import Starlette

from domain.errors import InputError
from pipeline.commands.out import in_store, say
from pipeline.qualification import load_qualification
from pipeline.store.address import open_store
from pipeline.store.events import PEOPLE
from review.app import STATIC, make_app
from review.rules.lease import stamp
from review.setup import Setup
from review.sign_in.demo import DemoWay, record_demo_people

_LOOPBACK = "127.0.0.1"


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any that is free.")
@click.option("--host", default=_LOOPBACK, show_default=True, help="The address to listen at.")
@click.option("--demo", is_flag=True, help="Sign in as anybody, to try it; on this computer alone.")
@in_store
@click.pass_obj
def command(root: Path, port: int, host: str, demo: bool, store: str) -> None:  # noqa: FBT001 (click passes options by name)
    """The clinicians' workspace in a browser. It may run beside `caveat run` on the same store.

    \b
    Examples:
      caveat serve --demo
      caveat -C my-workspace serve --demo --port 8080
    """
    if not demo:
        raise InputError("no way to sign in is set up; use --demo to try it on this computer")
    if not _is_loopback(host):
        raise InputError(f"--demo lets anybody in, so it listens on loopback alone; expected 127.0.0.1, got {host}")
    if not (STATIC / "vendor" / "nhsuk.css").exists():
        raise InputError("the pages' style sheet is missing; in a checkout, run: .ci/assets", file=STATIC / "vendor")
    practice = load_qualification(root)
    opened = open_store(store, root)
    with opened.writing(PEOPLE) as connection:
        record_demo_people(connection, stamp(datetime.now(UTC)))
    app = make_app(Setup(opened, [DemoWay()], [_LOOPBACK, "localhost", "[::1]"], practice))
    _serve(app, host, port)


def _serve(app: Starlette, host: str, port: int) -> None:
    """Until Ctrl-C. One process: its threads take turns at the store, and it alone counts tries to sign in.

    Raises:
        InputError: the port is taken.
    """
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", server_header=False, lifespan="off")
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(f"cannot listen at {host}, port {port}: {error.strerror}; choose another --port") from None
    with listening:
        shown = f"[{host}]" if ":" in host else host
        say(f"http://{shown}:{listening.getsockname()[1]} (Ctrl-C ends it)")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
