"""config/site.yaml: strict, with a sentence for every mistake that would let somebody in or let something out."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.errors import InputError
from domain.person import Role
from pipeline.site import Secret, is_secure, load_site
from tests.conftest import ROOT, Workspace

MAIL = {"host": "smtp.clinic.example", "sender": "caveat@clinic.example"}
WHOLE: dict[str, Any] = {
    "schema": "site/1",
    "url": "https://caveat.clinic.example/",
    "proxies": ["10.0.0.5", "fd00::/64"],
    "sign_in": {
        "oidc": {
            "issuer": "https://login.clinic.example/",
            "client_id": "caveat",
            "client_secret": {"env": "CAVEAT_OIDC_SECRET"},
        },
        "header": {"name": "X-Forwarded-Email"},
        "email_code": True,
    },
    "mail": MAIL,
    "digest": {"webhook": {"file": "secrets/webhook"}, "roles": ["lead"]},
}


def test_a_whole_site_reads(workspace: Workspace) -> None:
    site = load_site(workspace.yaml("config/site.yaml", WHOLE))
    assert "https://caveat.clinic.example" == site.url
    assert site.sign_in is not None
    assert site.sign_in.oidc is not None
    assert "https://login.clinic.example" == site.sign_in.oidc.issuer
    assert site.digest is not None
    assert (Role.LEAD,) == site.digest.roles


def changed(place: str, value: Any) -> dict[str, Any]:
    whole = copy.deepcopy(WHOLE)
    *path, last = place.split(".")
    into = whole
    for name in path:
        into = into[name]
    if value is None:
        del into[last]
    else:
        into[last] = value
    return whole


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("url", "http://caveat.clinic.example", "expected https"),
        ("url", "https://caveat.clinic.example/workspace", "without a path"),
        ("url", "https://user@caveat.clinic.example", "expected https"),
        ("url", "ftp://127.0.0.1", "expected https"),
        ("proxies", ["0.0.0.0/0"], "0.0.0.0/0 is everybody"),
        ("proxies", ["::/0"], "is everybody"),
        ("proxies", ["proxy.clinic.example"], "does not appear to be an IPv4 or IPv6 network"),
        ("proxies", ["10.0.0.5/8"], "has host bits set"),
        ("sign_in", {}, "expected at least one way"),
        ("sign_in.oidc.issuer", "http://login.clinic.example", "expected an https address"),
        ("sign_in.oidc.client_secret", "hunter2", "client_secret"),
        ("sign_in.oidc.client_secret", {"env": "A", "file": "b"}, "one of them"),
        ("sign_in.oidc.client_secret", {}, "one of them"),
        ("sign_in.header.name", "X User", "pattern"),
        ("sign_in.header.holds", "name", "'email' or 'subject'"),
        ("sign_in.magic_link", True, "unknown key"),
        ("mail", None, "mail is missing"),
        ("mail", MAIL | {"security": "none"}, "expected security starttls or tls"),
        ("mail", MAIL | {"username": "u"}, "username and password together"),
        ("mail", MAIL | {"sender": "caveat"}, "pattern"),
        ("digest", {}, "expected a webhook, or roles"),
        ("digest", {"roles": ["owner"]}, "'trainer'"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(workspace: Workspace, place: str, value: Any, said: str) -> None:
    path = workspace.yaml("config/site.yaml", changed(place, value))
    with pytest.raises(InputError, match=re.escape(said)) as error:
        load_site(path)
    assert "site.yaml" in str(error.value)
    assert "hunter2" not in str(error.value) or place == "sign_in.oidc.client_secret"


def test_a_named_secret_may_stand_in_the_secrets_file(tmp_path: Path) -> None:
    kept = tmp_path / "keys"
    kept.write_text("OIDC=from the file\n", encoding="utf-8")
    kept.chmod(0o600)
    assert "from the file" == Secret(env="OIDC").read(tmp_path, {"CAVEAT_SECRETS": str(kept)})


def test_a_secret_comes_from_the_environment_or_a_file_and_is_missed_at_once(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(" s3cret\n", encoding="utf-8")
    assert "s3cret" == Secret(file="secret").read(tmp_path, {})
    assert "s3cret" == Secret(env="A").read(tmp_path, {"A": " s3cret "})
    for secret in (Secret(env="A"), Secret(file="nowhere")):
        with pytest.raises(InputError):
            secret.read(tmp_path, {"A": " "})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://localhost", True),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://a.example", False),
        ("//a.example", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_what_can_be_read_on_the_way(url: str, expected: bool) -> None:  # noqa: FBT001 (pytest's way)
    assert expected is is_secure(url)


def _examples() -> list[str]:
    page = (ROOT / "docs/how-to-sign-in.md").read_text(encoding="utf-8")
    return [one for one in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "schema: site/1" in one]


@pytest.mark.parametrize("number", range(4))
def test_every_example_of_the_docs_reads(workspace: Workspace, number: int) -> None:
    text = _examples()[number]
    assert load_site(workspace.write("config/site.yaml", text)).url == yaml.safe_load(text)["url"]
    assert 4 == len(_examples())
