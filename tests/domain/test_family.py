"""Who trained a model, by what the configuration says or by the model's name."""

import pytest

from domain.family import family_of


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-5.4-mini", "openai"), ("azure/gpt-4o", "openai"), ("o3", "openai"), ("openai/gpt-oss-120b", "openai"),
        ("claude-opus-5-5", "anthropic"), ("bedrock/anthropic.claude-sonnet-5-5", "anthropic"),
        ("gemini/gemini-3.8-flash", "google"), ("google/medgemma-27b", "google"),
        ("meta-llama/Llama-3.3-70B-Instruct", "meta"), ("Llama3-OpenBioLLM-70B", "meta"),
        ("ollama/qwen3:8b", "alibaba"),
        ("deepseek-ai/DeepSeek-V4", "deepseek"), ("BioMistral-7B", "mistral"), ("m", None), ("", None),
        ("my-clinic-model", None), ("philosophy-1", None), ("lego1", None),
    ],
)  # fmt: skip
def test_a_name_tells_its_family_or_nothing(model: str, expected: str | None) -> None:
    assert expected == family_of(model)


def test_what_is_stated_counts_before_the_name_whatever_its_case() -> None:
    assert "house" == family_of("gpt-5.4", "House")
