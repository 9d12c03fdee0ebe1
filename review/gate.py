"""Between a browser and a view: who is it, may they, is the form our own; then the view, then its page.

Views and the store block, so they run in a thread; what a view gives is turned into a response here and nowhere else.
"""

import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from domain.errors import StoreError
from pipeline.store.events import PEOPLE
from pipeline.store.sessions import Session, fetch_session, record_seen
from review.ask import Ask, GoTo, Page, RefusedError, Reply, Row, Saved
from review.render import Frame, render
from review.rules.given_back import GivenBack, given_back
from review.rules.identified import identified
from review.rules.lease import stamp
from review.setup import Setup
from review.sign_in.session import IDLE, LENGTH, NOTED_EVERY, token_sha256

_MOST_FIELDS = 400
MOST_BYTES = 512 * 1024
"""Of one form: a page of reasons is a few thousand; written in another alphabet and filled to the brim, a quarter of
a million, as browsers send it."""
_LARGEST_NUMBER = 2**31 - 1
"""In an address: what the database can compare with the numbers that it gave."""
FORM_TOKEN = "form_token"  # noqa: S105 (a field's name)
UNKEPT = 422
"""The status of a form that cannot be kept as it is written."""
_NOT_YET = (
    "This opens once a lead has decided that you may review for real. Until then the practice items, on the page "
    "“Practice”, are yours to work through at your own pace"
)
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The page for a request that is not served."""

    status: int
    sentence: str
    form: GivenBack | None = None
    """What they had written, where it was a form."""
    may_resend: bool = False
    """It can be sent again as it stands; else its texts are there to be copied."""
    is_signed_out: bool = False


class _StaleError(RefusedError):
    """A form whose session is over, or that belongs to another one: sent again from a page of ours, it may be taken."""


def cookie_names(*, is_https: bool) -> tuple[str, str]:
    """Of the session, and of what binds forms to a browser before it."""
    start = "__Host-" if is_https else ""
    return f"{start}caveat_session", f"{start}caveat_browser"


class Gate:
    """Makes endpoints of rows."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._session_cookie, self._browser_cookie = cookie_names(is_https=setup.is_https)

    def endpoint(self, row: Row) -> Endpoint:
        """The row as Starlette calls it."""

        async def answer(request: Request) -> Response:
            if any(isinstance(one, int) and one > _LARGEST_NUMBER for one in request.path_params.values()):
                raise HTTPException(404)
            form = await _form(request) if row.method == "POST" else {}
            return await run_in_threadpool(self._answer, row, request, form)

        return answer

    def refusal(self, request: Request, status: int, sentence: str) -> Response:
        """A page that says why not, for whoever asks."""
        return self._shown(Page("refused.html", Refusal(status, sentence), status), None, request)

    def _answer(self, row: Row, request: Request, form: dict[str, list[str]]) -> Response:
        session: Session | None = None
        try:
            ask = self._held(self._ask(request, form))
            session = ask.session
            self._check(row, ask, request)
            return self._respond(self._unkept(row, ask, request) or row.view(ask), session, request)
        except RefusedError as refused:
            if refused.status == 403 and session is None and row.method == "GET" and row.roles:  # noqa: PLR2004
                return RedirectResponse("/sign-in", 303)
            return self._refused(refused, session, request, form)
        except StoreError:
            sentence = "The store cannot be reached just now; what you sent was not saved. Try again in a moment"
            return self._refused(_StaleError(503, sentence), session, request, form)

    def _refused(
        self, why: RefusedError, session: Session | None, request: Request, form: dict[str, list[str]]
    ) -> Response:
        """With what was written, where the form was sent from a page of ours. Without a browser's word for that it is
        there to be copied and not to be sent: somebody else may have filled it in."""
        sent_from = request.headers.get("sec-fetch-site", "")
        found = given_back(request.url.path, form, FORM_TOKEN) if sent_from in ("", "same-origin") else None
        may_resend = isinstance(why, _StaleError) and sent_from == "same-origin"
        record = Refusal(why.status, why.sentence, found, may_resend, session is None)
        return self._shown(Page("refused.html", record, why.status), session, request)

    def _ask(self, request: Request, form: dict[str, list[str]]) -> Ask:
        now = self._setup.clock()
        hashed = token_sha256(request.cookies.get(self._session_cookie, ""))
        session = self._session(hashed, now) if hashed and self._setup.store.exists() else None
        peer = request.client.host if request.client else ""
        # one that was sent twice is read as a list, so that nothing is taken from it that only one sender wrote
        headers = {name: ", ".join(request.headers.getlist(name)) for name in request.headers}
        return Ask(
            session,
            hashed if session else "",
            {name: str(value) for name, value in request.path_params.items()},
            dict(request.query_params),
            {name: request.query_params.getlist(name) for name in request.query_params},
            form,
            headers,
            self._setup.proxies.client_of(peer, headers.get("x-forwarded-for", "")),
            peer,
            token_sha256(request.cookies.get(self._browser_cookie, "")),
            now,
            self._setup.store,
            self._setup.root,
        )

    def _session(self, hashed: str, now: datetime) -> Session | None:
        with self._setup.store.reading() as connection:
            session = fetch_session(connection, hashed, stamp(now), stamp(now - IDLE))
        if session is not None and session.seen_at <= stamp(now - NOTED_EVERY):
            with self._setup.store.writing(PEOPLE) as connection:
                record_seen(connection, hashed, stamp(now))
        return session

    def _held(self, ask: Ask) -> Ask:
        """Without the session where the way by which it began is off, or does not hold for this request."""
        holding = {way.key for way in self._setup.ways if way.holds(ask)}
        if ask.session is None or ask.session.way in holding:
            return ask
        return replace(ask, session=None, session_sha256="")

    def _check(self, row: Row, ask: Ask, request: Request) -> None:
        if row.roles and row.method == "POST" and ask.session is None:
            raise _StaleError(403, "You are not signed in any more, so nothing was saved yet")
        if row.roles and not ask.person.may(row.roles):
            raise RefusedError(403, "This page is for other roles than yours")
        if row.is_real and not ask.deciding.may(row.roles):
            raise RefusedError(403, _NOT_YET)
        if row.method != "POST":
            return
        sent_from = request.headers.get("sec-fetch-site", "same-origin")
        expected = self._form_token(ask.session, request.cookies.get(self._browser_cookie, ""))
        if sent_from != "same-origin" or not hmac.compare_digest(expected.encode(), ask.one(FORM_TOKEN).encode()):
            raise _StaleError(
                403, "This form is from an earlier sign-in, or came from elsewhere; nothing was saved yet"
            )

    def _unkept(self, row: Row, ask: Ask, request: Request) -> Page | None:
        """No view is given a form that could say who somebody is: nothing of it is kept, and its text goes back."""
        if not row.roles or row.names_team:
            return None
        found = identified(request.url.path, ask.form, FORM_TOKEN, self._setup.recogniser)
        return None if found is None else Page("identified.html", found, UNKEPT)

    def _form_token(self, session: Session | None, browser: str) -> str:
        if session is not None:
            return session.form_token
        return hmac.new(self._setup.secret, browser.encode(), sha256).hexdigest()

    def _respond(self, reply: Reply, session: Session | None, request: Request) -> Response:
        match reply:
            case Page():
                return self._shown(reply, session, request)
            case Saved():
                return Response(status_code=204)
            case GoTo(url, token):
                response = RedirectResponse(url, 303)
                if token is not None:
                    self._set_cookie(response, self._session_cookie, token, int(LENGTH.total_seconds()))
                return response

    def _shown(self, page: Page, session: Session | None, request: Request) -> Response:
        browser = request.cookies.get(self._browser_cookie) or token_urlsafe(24)
        frame = Frame(
            session, self._form_token(session, browser), request.url.path, self._setup.root, self._setup.clock()
        )
        response = HTMLResponse(render(page.template, page.record, frame), page.status)
        if session is None:
            self._set_cookie(response, self._browser_cookie, browser, None)
        return response

    def _set_cookie(self, response: Response, name: str, value: str, max_age: int | None) -> None:
        response.set_cookie(
            name, value, max_age=max_age if value else 0, path="/", httponly=True, samesite="lax",
            secure=self._setup.is_https,
        )  # fmt: skip


async def _form(request: Request) -> dict[str, list[str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        return {}
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise HTTPException(413)
    async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
        found: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            found.setdefault(name, []).append(str(value).replace("\r\n", "\n"))
        return found
