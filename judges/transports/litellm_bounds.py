"""What holds on every road holds under litellm: an answer is bounded, and no redirect says whom a text is sent to.

litellm reads an answer without end and follows redirects, and leaves neither to a setting. All its clients get their
transport from one place, so that is where each is bounded.
"""

import importlib
from typing import Any

from judges.client import CallError
from judges.transports.bounds import bounded

_REDIRECTS = range(300, 400)
_PLAIN = {"", "identity"}
_BOUND = "bound_by_caveat"


def bind() -> None:
    """Bound every transport that litellm makes from now on; done once, whoever asks again."""
    handler: Any = importlib.import_module("litellm.llms.custom_httpx.http_handler").AsyncHTTPHandler
    httpx: Any = importlib.import_module("httpx")  # litellm's own
    if hasattr(handler, _BOUND):
        return
    make = handler.create_async_transport

    def make_bounded(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 (litellm's or httpx's)
        transport = make(*args, **kwargs) or httpx.AsyncHTTPTransport(verify=kwargs.get("ssl_context") or True)
        send = transport.handle_async_request

        async def handle(request: Any) -> Any:  # noqa: ANN401 (httpx's own types)
            request.headers["accept-encoding"] = "identity"  # what is packed could not be bounded before it is unpacked
            answer = await send(request)
            try:
                body = await _body_of(answer)
            finally:
                await answer.aclose()
            return httpx.Response(answer.status_code, headers=answer.headers, content=body, request=request)

        transport.handle_async_request = handle
        return transport

    handler.create_async_transport = staticmethod(make_bounded)
    setattr(handler, _BOUND, True)


def ours(error: BaseException | None) -> CallError | None:
    """The fault that was found here, among those that litellm and the SDKs below it wrapped around it."""
    while error is not None and not isinstance(error, CallError):
        error = error.__cause__ or error.__context__
    return error


async def _body_of(answer: Any) -> bytes:  # noqa: ANN401 (httpx's)
    if answer.status_code in _REDIRECTS:
        raise CallError(f"HTTP {answer.status_code}: the endpoint sends to another address", status=answer.status_code)
    if answer.headers.get("content-encoding", "").strip().lower() not in _PLAIN:
        raise CallError("the endpoint's answer is packed, though it was asked for as it is")
    return await bounded(answer.stream)
