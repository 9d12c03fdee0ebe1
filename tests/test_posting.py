"""Letters over real SMTP, messages over real HTTP: what was not taken is a sentence, and no secret stands in it."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from aiohttp import web
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.errors import InputError, PostingError
from pipeline.posting.mail import Letter, Postman
from pipeline.posting.webhook import post
from pipeline.site import Mail, Secret
from tests.endpoint import Answer, Endpoint, served
from tests.post_office import PostOffice, post_office

LETTER = Letter("lead@clinic.example", "Caveat: what waits", "12 × überfällig\n")
PASSWORD = "pass-Qz81"  # noqa: S105 (of a test)


def postman(office: PostOffice, **changes: object) -> Postman:
    whole = {"host": "127.0.0.1", "port": office.port, "security": "none", "sender": "caveat@clinic.example"}
    return Postman(Mail.model_validate(whole | changes), Path(), {"MAIL_PASSWORD": PASSWORD})


def test_a_letter_arrives_as_it_was_written() -> None:
    with post_office() as office:
        postman(office).send(LETTER)
        letter = office.next()
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert LETTER.text == payload.decode().replace("\r\n", "\n")
    assert (LETTER.to, LETTER.subject, "auto-generated") == (letter["To"], letter["Subject"], letter["Auto-Submitted"])


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """Of a mail server on loopback, that signs for itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "office")])
    now = dt.datetime.now(dt.UTC)
    own = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(own, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    path = tmp_path / "office.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, path


def test_username_and_password_travel_encrypted_to_a_server_that_can_be_trusted(
    certificate: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, path = certificate
    heard: list[bytes] = []

    def check(_server: object, _session: object, _envelope: object, _mechanism: str, said: object) -> AuthResult:
        heard.append(getattr(said, "password"))  # noqa: B009 (aiosmtpd's types say object)
        return AuthResult(success=heard[-1] == PASSWORD.encode(), handled=False)

    login = {"security": "starttls", "username": "caveat", "password": Secret(env="MAIL_PASSWORD")}
    with post_office(tls_context=context, require_starttls=True, auth_required=True, authenticator=check) as office:
        with pytest.raises(PostingError, match="can be trusted"):
            postman(office, **login).send(LETTER)
        assert [] == heard
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        postman(office, **login).send(LETTER)
        assert LETTER.to == office.next()["To"]
        wrong = Mail.model_validate(
            {"host": "127.0.0.1", "port": office.port, "sender": "caveat@clinic.example", **login}
        )
        with pytest.raises(PostingError, match="did not accept username and password"):
            Postman(wrong, Path(), {"MAIL_PASSWORD": "wrong"}).send(LETTER)


def test_a_letter_that_is_not_taken_is_a_sentence_without_the_address() -> None:
    with post_office() as office:
        office.refused.add(LETTER.to)
        with pytest.raises(PostingError, match="refused the address") as refused:
            postman(office).send(LETTER)
        assert LETTER.to not in str(refused.value)
        with pytest.raises(PostingError, match=r"mail server 127\.0\.0\.1"):
            postman(office, security="starttls").send(LETTER)
        port = office.port
    with pytest.raises(PostingError, match=rf"127\.0\.0\.1, port {port}, cannot be reached"):
        postman(office).send(LETTER)


def test_a_password_that_is_not_there_is_missed_before_anything_is_sent() -> None:
    with post_office() as office, pytest.raises(InputError, match="MAIL_ELSEWHERE"):
        postman(office, username="caveat", password=Secret(env="MAIL_ELSEWHERE"))


class Hook(Endpoint):
    """A webhook that says what a test tells it to."""

    def __init__(self, status: int = 200) -> None:
        super().__init__(lambda _: Answer())
        self.status = status

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/hook/secret-T0", self._keep)])
        return app

    async def _keep(self, request: web.Request) -> web.Response:
        self.requests.append(await request.json())
        return web.Response(status=self.status, headers={"location": "http://127.0.0.1:9/"})


def test_a_message_is_posted_as_slack_reads_it_with_nothing_in_it_that_is_markup() -> None:
    with served(Hook()) as hook:
        post(f"http://127.0.0.1:{hook.port}/hook/secret-T0", "<!channel> & more")
    assert [{"text": "&lt;!channel&gt; &amp; more"}] == hook.requests


@pytest.mark.parametrize("status", [302, 403, 500])
def test_a_message_that_is_not_taken_is_a_sentence_without_the_address(status: int) -> None:
    with served(Hook(status)) as hook, pytest.raises(PostingError, match=f"answered with {status}") as refused:
        post(f"http://127.0.0.1:{hook.port}/hook/secret-T0", "x")
    assert "secret-T0" not in str(refused.value)


def test_a_webhook_that_is_away_or_no_https_address_is_a_sentence() -> None:
    with pytest.raises(PostingError, match="cannot be reached"):
        post("http://127.0.0.1:9/hook/secret-T0", "x")
    with pytest.raises(InputError, match="expected https") as refused:
        post("http://hooks.example/secret-T0", "x")
    assert "secret-T0" not in str(refused.value)
