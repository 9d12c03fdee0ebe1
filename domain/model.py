"""Who is examined and who judges: candidates, judges, and the endpoint behind each."""

from typing import Annotated, Literal, Self

import orjson
from pydantic import Field, field_validator, model_validator

from domain.record import Identifier, Record, Text, content_sha256
from domain.split import Split

Provider = Literal["openai", "anthropic", "litellm", "scripted", "lexicon", "exemplar"]
"""`openai` is every OpenAI-compatible endpoint (with `base_url`): vLLM, Ollama, llama.cpp, Azure. The last two are
embedded judges."""

_EMBEDDED = ("lexicon", "exemplar")
_URL = r"^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(/\S*)?$"


class Endpoint(Record):
    """A model behind an API, with the parameters that decide what it says."""

    provider: Provider
    """How it is reached. `openai` with a `base_url` is every endpoint that speaks as OpenAI does."""
    model: str = ""
    """The model as its provider names it."""
    base_url: Annotated[str, Field(pattern=_URL)] | None = None
    """Its address; the provider's own where left out."""
    api_key_env: str | None = None
    """Name of the environment variable that holds the key; the key itself is never written anywhere."""
    family: str | None = None
    """Who trained the model; a judge should not be of the candidate's family."""
    params: dict[str, object] = Field(default_factory=dict[str, object])
    """Sent as they are: temperature, max_tokens, reasoning effort, whatever the API takes."""
    transport: Literal["sdk", "direct"] = "sdk"
    """How openai and anthropic are reached: through their SDK, or directly, at a fraction of the cost a call."""
    concurrency: Annotated[int, Field(ge=1, le=4096)] | None = None
    """Calls in flight at once; the run's limit where left out."""
    per_minute: Annotated[float, Field(gt=0)] | None = None
    """Calls a minute at the most, whatever the provider's headers allow."""
    tokens_per_minute: Annotated[float, Field(gt=0)] | None = None
    """Tokens a minute at the most, in and out together."""
    cache: bool | None = None
    """Whether an earlier run's reply to the very same call may be reused; as the run's `cache` says where left out."""

    @field_validator("params")
    @classmethod
    def _can_be_sent(cls, value: dict[str, object]) -> dict[str, object]:
        for name, setting in value.items():
            try:
                arrives = orjson.loads(orjson.dumps(setting, option=orjson.OPT_PASSTHROUGH_DATETIME))
            except orjson.JSONEncodeError as error:
                raise ValueError(f"'{name}' cannot be sent as JSON: {error}") from error
            if arrives != setting:
                raise ValueError(f"'{name}' cannot be sent as JSON: it has no such number")
        return value

    @property
    def address(self) -> str:
        """Provider and address: beside a request's content, all that determines the reply."""
        return f"{self.provider} {self.base_url or ''}"

    @property
    def is_remote(self) -> bool:
        """Asked over a network, and so paid, paced and retried."""
        return self.provider != "scripted" and self.provider not in _EMBEDDED


HOW_IT_IS_REACHED = {"api_key_env", "transport", "concurrency", "per_minute", "tokens_per_minute", "cache"}
"""Keys that decide how fast and by what road an endpoint is asked, but not what it says: no part of a fingerprint."""


class Candidate(Endpoint):
    """The clinical AI under examination, with version and settings."""

    candidate_id: Identifier
    """What it is called in every file and figure."""
    system_prompt: Text | None = None
    """Said before each scenario's conversation."""
    script: tuple[str, ...] = ()
    """For `scripted`: files of authored responses."""
    repeats: Annotated[int, Field(ge=1, le=100)] = 1
    """Responses to each scenario."""

    @field_validator("provider")
    @classmethod
    def _is_no_judge(cls, provider: Provider) -> Provider:
        if provider in _EMBEDDED:
            raise ValueError("expected 'openai', 'anthropic', 'litellm' or 'scripted'; an embedded judge cannot answer")
        return provider

    @model_validator(mode="after")
    def _can_answer(self) -> Self:
        if self.provider == "scripted" and not self.script:
            raise ValueError("a scripted candidate needs 'script': the files that hold its responses")
        if self.provider != "scripted" and not self.model:
            raise ValueError(f"a candidate of the provider '{self.provider}' needs 'model'")
        return self

    @property
    def fingerprint(self) -> str:
        """Hash of everything that decides what it answers, but not of where its key is kept."""
        return content_sha256(self.model_dump(mode="json", exclude=HOW_IT_IS_REACHED))


class FewShot(Record):
    """Examples for a judge from what clinicians reviewed: as many that violate a criterion as that do not."""

    labels: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Label files; every scenario in them must be of the training part."""
    responses: Annotated[tuple[Text, ...], Field(min_length=1)]
    """The files with the responses that were labelled."""
    per_side: Annotated[int, Field(ge=1, le=10)] = 2
    """Examples at the most that violate a criterion, and as many that do not."""
    seed: int = 0
    """Decides the split, and which examples are drawn."""
    training_share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Of scenarios that may teach; labels on the rest examine."""

    @property
    def split(self) -> Split:
        """Which scenarios teach, and which examine."""
        return Split(seed=self.seed, training_share=self.training_share)


class JudgeSpec(Endpoint):
    """One judge of the panel: a model with a prompt, or an embedded baseline."""

    judge_id: Identifier
    """What it is called in every verdict and figure."""
    stage: Literal[1, 2] = 1
    """1: reads everything. 2: the strong judge of a cascade, asked only where the first stage does not settle it."""
    repeats: Annotated[int, Field(ge=1, le=20)] = 1
    """Times that each question is put; disagreement with itself counts as doubt."""
    together: Annotated[int, Field(ge=1, le=10)] = 1
    """Minor criteria that may share a call."""
    exemplars: tuple[str, ...] = ()
    """For `exemplar`: label files; responses to the scenario being judged are never used."""
    exemplar_responses: tuple[str, ...] = ()
    """For `exemplar`: the files with the responses that were labelled."""
    few_shot: FewShot | None = None
    """For a judge that reads a prompt: examples from reviewed responses, shown with each criterion."""
    script: tuple[str, ...] = ()
    """For `scripted`: JSONL files of canned replies, for dry runs and tests."""

    @model_validator(mode="after")
    def _can_judge(self) -> Self:
        if self.is_remote and not self.model:
            raise ValueError(f"a judge of the provider '{self.provider}' needs 'model'")
        if self.provider == "scripted" and not self.script:
            raise ValueError("a scripted judge needs 'script': the files that hold its replies")
        if bool(self.exemplars) != bool(self.exemplar_responses):
            raise ValueError("exemplars and exemplar_responses belong together: labels, and the responses they label")
        if self.is_baseline and (self.repeats, self.together) != (1, 1):
            raise ValueError(
                "an embedded judge always says the same, of each criterion: it takes no 'repeats' or 'together'"
            )
        if self.is_baseline and self.few_shot is not None:
            raise ValueError("an embedded judge reads no prompt: it takes no 'few_shot'")
        return self

    @property
    def is_baseline(self) -> bool:
        """An embedded judge: a yardstick, not a reader."""
        return self.provider in _EMBEDDED
