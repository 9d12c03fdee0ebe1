"""The command `caveat serve`: the clinicians' workspace, beside a running batch on the same store."""

import os
import socket
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
import uvicorn
from starlette.applications import Starlette

from domain.errors import InputError
from pipeline.authoring.publish import publish
from pipeline.commands.out import in_store, say
from pipeline.qualification import load_qualification
from pipeline.recogniser.load import load_recogniser
from pipeline.site import SITE, is_loopback, load_site, named
from pipeline.store.address import open_store
from pipeline.store.connection import Store
from pipeline.store.events import PEOPLE
from pipeline.store.people import fetch_people
from pipeline.workspace import in_workspace
from review.app import STATIC, make_app
from review.rules.lease import stamp
from review.setup import Setup
from review.sign_in.demo import DemoWay, record_demo_people
from review.sign_in.ways import proxies_of, said_of, ways_of

_LOOPBACK = "127.0.0.1"
_SHOWS_HOW = "docs/how-to-sign-in.md shows how"


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any that is free.")
@click.option("--host", default=_LOOPBACK, show_default=True, help="The address to listen at.")
@click.option("--site", "site", type=click.Path(path_type=Path), default=SITE, show_default=True,
              help="How the workspace is reached, and how people sign in.")  # fmt: skip
@click.option("--demo", is_flag=True, help="Sign in as anybody, to try it; on this computer alone.")
@in_store
@click.pass_obj
def command(root: Path, port: int, host: str, site: Path, demo: bool, store: str) -> None:  # noqa: FBT001 (click passes options by name)
    """The clinicians' workspace in a browser. It may run beside `caveat run` on the same store.

    \b
    Examples:
      caveat serve --demo
      caveat -C my-workspace serve --demo --port 8080
      caveat serve --site config/site.yaml --host 10.0.0.7
    """
    opened = open_store(store, root)
    setup, ways = _demo(opened, host) if demo else _site(opened, root, in_workspace(root, site), host)
    if not (STATIC / "vendor" / "nhsuk.css").exists():
        raise InputError("the pages' style sheet is missing; in a checkout, run: .ci/assets", file=STATIC / "vendor")
    practice, recogniser = load_qualification(root), load_recogniser(root)
    with opened.writing(PEOPLE) as connection:
        if demo:
            record_demo_people(connection, stamp(datetime.now(UTC)))
        has_people = bool(fetch_people(connection))
    if not has_people:
        ways = [*ways, "nobody is registered yet; begin with: caveat people add --role lead"]
    publish(root, opened, stamp(datetime.now(UTC)))
    _serve(make_app(replace(setup, root=root, practice=practice, recogniser=recogniser)), host, port, ways)


def _demo(store: Store, host: str) -> tuple[Setup, list[str]]:
    if not is_loopback(host):
        raise InputError(f"--demo lets anybody in, so it listens on loopback alone; expected 127.0.0.1, got {host}")
    setup = Setup(store, [DemoWay()], [_LOOPBACK, "localhost", "[::1]"])
    return setup, ["the demonstration's, as anybody, on this computer alone"]


def _site(store: Store, root: Path, path: Path, host: str) -> tuple[Setup, list[str]]:
    if not path.exists():
        raise InputError(
            f"no way to sign in is set up; use --demo to try it on this computer, or write {path} ({_SHOWS_HOW})"
        )
    site = load_site(path)
    url, is_on_loopback = urlsplit(site.url), is_loopback(host)
    if url.scheme != "https" and not is_on_loopback:
        raise InputError(f"expected an https address, as it is to listen beyond this computer, at {host}", file=path,
                         key="url")  # fmt: skip
    with named(path):
        proxies = proxies_of(site, is_on_loopback=is_on_loopback)
        ways = ways_of(site, proxies, root, os.environ)
    shown = f"[{url.hostname}]" if ":" in str(url.hostname) else str(url.hostname)
    return Setup(store, ways, [shown], is_https=url.scheme == "https", proxies=proxies), said_of(site)


def configured(app: Starlette, host: str, port: int) -> uvicorn.Config:
    """How the server runs. Forwarded addresses are ours to believe or not, so it leaves them alone."""
    return uvicorn.Config(
        app, host=host, port=port, log_level="warning", server_header=False, lifespan="off", proxy_headers=False
    )


def _serve(app: Starlette, host: str, port: int, ways: list[str]) -> None:
    """Until Ctrl-C. One process: its threads take turns at the store, and it alone counts tries to sign in.

    Raises:
        InputError: the port is taken.
    """
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(f"cannot listen at {host}, port {port}: {error.strerror}; choose another --port") from None
    with listening:
        shown = f"[{host}]" if ":" in host else host
        say(f"http://{shown}:{listening.getsockname()[1]} (Ctrl-C ends it)")
        for way in ways:
            say(f"Sign-in: {way}")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(configured(app, host, port)).run(sockets=[listening])
