"""Endpoints that fail below HTTP's manners: each call ends soon as a failed call that says why, never as a verdict."""

import re
import resource
import shutil
import ssl
import subprocess
import time

import orjson
import pytest

from tests.conftest import Workspace
from tests.faults.roads import TIMEOUT_S, ask
from tests.faults.wire import Fault, bomb, endless, half, hung_up, no_http, packed, page, silent, slow, wired
from tests.flow import ENV, invoke, journal, prepare

ROADS = [("openai", "sdk"), ("openai", "direct"), ("anthropic", "sdk"), ("anthropic", "direct")]
MIB = 1024 * 1024

FAULTS: dict[str, tuple[Fault, str]] = {
    "slow": (slow, "no whole answer within 1 seconds"),
    "silent": (silent, "no whole answer within 1 seconds|Timeout"),
    "endless": (endless, "longer than 4,194,304 bytes"),
    "bomb": (bomb, "longer than 4,194,304 bytes"),
    "hung up": (hung_up, "[Ee]rror"),
    "no http": (no_http, "[Ee]rror"),
    "page": (page, "an HTML page; check base_url"),
    "half a JSON": (half, "no whole JSON"),
}


@pytest.mark.parametrize(("provider", "transport"), ROADS)
@pytest.mark.parametrize(("fault", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_a_call_ends_soon_and_says_why(provider: str, transport: str, fault: Fault, expected: str) -> None:
    packed()
    ask(provider, transport, "http://127.0.0.1:9")  # what is made once is not timed
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with wired(fault) as here:
        failed = ask(provider, transport, f"http://127.0.0.1:{here.port}")
        took_s = time.monotonic() - began
    assert re.search(expected, failed.detail), failed.detail
    assert took_s < TIMEOUT_S + 5
    assert here.n_sent < 32 * MIB
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 200 * 1024, "an answer was held whole"


@pytest.mark.parametrize(("provider", "transport"), ROADS)
def test_a_name_that_nobody_knows_is_a_failed_call(provider: str, transport: str) -> None:
    failed = ask(provider, transport, "http://no-such-host.invalid", timeout_s=20)
    assert "no-such-host.invalid" in failed.detail


@pytest.mark.parametrize(("provider", "transport"), ROADS)
def test_a_server_that_speaks_no_tls_is_a_failed_call(provider: str, transport: str) -> None:
    with wired(no_http) as here:
        failed = ask(provider, transport, f"https://127.0.0.1:{here.port}", timeout_s=20)
    assert "SSL" in failed.detail
    assert all(b"Hello" not in line.heard for line in here.lines)


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """What somebody who stands between us and a provider could show."""
    if (program := shutil.which("openssl")) is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    names = ("-keyout", str(folder / "key"), "-out", str(folder / "cert"), "-subj", "/CN=127.0.0.1")
    command = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names]
    subprocess.run([*command, "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert", folder / "key")
    return context


@pytest.mark.parametrize(("provider", "transport"), ROADS)
def test_nothing_is_sent_to_a_server_whose_certificate_nobody_vouches_for(
    provider: str, transport: str, self_signed: ssl.SSLContext
) -> None:
    with wired(page, self_signed) as here:
        failed = ask(provider, transport, f"https://127.0.0.1:{here.port}", timeout_s=20)
    assert re.search("CERTIFICATE_VERIFY_FAILED|certificate verify failed", failed.detail), failed.detail
    assert not here.lines, "the request reached it"


@pytest.mark.parametrize("fault", [slow, endless, bomb, hung_up, page], ids=lambda one: one.__name__)
def test_a_run_records_the_failed_call_and_ends_incomplete_and_nothing_is_cleared(
    workspace: Workspace, fault: Fault
) -> None:
    packed()
    with wired(fault) as here:
        base_url = f"http://127.0.0.1:{here.port}"
        prepare(workspace, "green", provider="openai", model="m", base_url=base_url, transport="direct")
        path = workspace.root / "config/c.yaml"
        path.write_text(path.read_text().replace("timeout_s: 30", "timeout_s: 1"))
        ended = invoke(workspace, "run", "config/c.yaml", "--json", env=ENV)
    assert 3 == ended.exit_code
    found = orjson.loads(ended.stdout)
    assert {"call_failed": 1} == found["responses"]
    assert "cleared" not in found["dispositions"]
    [response] = [one for one in journal(workspace) if one["kind"] == "response"]
    assert response["detail"]
