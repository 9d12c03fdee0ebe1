"""The long tail of providers, through litellm (optional: `pip install "caveat[litellm]"`)."""

import importlib
import os
from typing import Any

from domain.errors import InputError
from judges.client import Completion, ModelRequest
from judges.transports.faults import call_error, status_error
from judges.transports.litellm_bounds import bind, ours
from judges.transports.openai_chat import chat_body, chat_completion
from judges.transports.sdk import Wiring


class LitellmTransport:
    """litellm answers in OpenAI's shape, whatever the provider."""

    def __init__(self, wiring: Wiring) -> None:
        os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else its import asks the network for prices
        try:
            litellm: Any = importlib.import_module("litellm")  # 12 CPU seconds, and optional
        except ImportError:
            raise InputError('the provider litellm is not installed; run: pip install "caveat[litellm]"') from None
        litellm.suppress_debug_info = True  # else it prints advice to stdout for every failed call
        bind()
        self._litellm = litellm
        self._key = wiring.api_key
        self._fixed = {"api_key": wiring.api_key or None, "api_base": wiring.base_url, "timeout": wiring.timeout_s}

    async def send(self, request: ModelRequest) -> Completion:
        """One attempt."""
        try:
            reply = await self._litellm.acompletion(
                **chat_body(request), **self._fixed, num_retries=0, max_retries=0, drop_params=False
            )
        except Exception as error:  # noqa: BLE001 (litellm maps some faults to its own types and lets others through)
            if (found := ours(error)) is not None:
                raise found from None
            status = getattr(error, "status_code", None)
            if isinstance(status, int) and not isinstance(error, self._litellm.Timeout):
                headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
                raise status_error(status, headers, str(error), secret=self._key) from None
            raise call_error(error, secret=self._key) from None
        return chat_completion(reply.model_dump())

    async def close(self) -> None:
        """Litellm keeps its own pool of clients."""
        await self._litellm.close_litellm_async_clients()
