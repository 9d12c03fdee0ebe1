"""A browser without a window: what a person's browser sends and keeps, over real HTTP."""

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from domain.person import Person

_TOKEN = re.compile(r'name="form_token" value="([^"]*)"')


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def to(self) -> str:
        """Where it sends the browser."""
        return self.headers.get("location", "")


@dataclass
class Client:
    """Keeps cookies and the form token of the page it saw last."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    token: str = ""
    seen: list[str] = field(default_factory=list[str])
    """Every byte it was sent, headers and all."""

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            sent = {"cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
            connection.request(method, path, body, sent | {k.replace("_", "-"): v for k, v in headers.items()})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        self.seen.append(f"{response.getheaders()}\n{text}")
        if found := _TOKEN.search(text):
            self.token = found[1]
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, text)

    def get(self, path: str) -> Reply:
        return self.send("GET", path)

    def post(self, path: str, *more: tuple[str, str], form_token: str | None = None, **fields: str) -> Reply:
        token = self.token if form_token is None else form_token
        body = urlencode([("form_token", token), *fields.items(), *more])
        return self.send("POST", path, body.encode(), content_type="application/x-www-form-urlencoded")

    def sign_in(self, person: Person) -> None:
        self.get("/sign-in")
        assert "/" == self.post("/sign-in/demo", person_id=person.person_id).to
        self.get("/")

    def judge(self, item_id: str, *values: str, **overall: str) -> None:
        """Answer every criterion of an item, and the whole."""
        for number, value in enumerate(values, 1):
            fields = {"value": value}
            if value == "violated":
                fields |= {"severity": "major", "missing": "yes"}
            assert 303 == self.post(f"/items/{item_id}/criteria/{number}", **fields).status
        assert 303 == self.post(f"/items/{item_id}/overall", **overall).status
