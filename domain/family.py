"""Who trained a model: a judge reads its own family's responses too kindly (arXiv 2604.06996), so it must be known."""

import re

_FAMILIES = {
    "openai": "gpt|chatgpt|o[1-9]|gpt-oss",
    "anthropic": "claude",
    "google": "gemini|gemma|medgemma|palm|med-palm",
    "meta": "llama|codellama",
    "mistral": "mistral|mixtral|ministral|biomistral",
    "alibaba": "qwen|qwq",
    "deepseek": "deepseek",
    "xai": "grok",
    "cohere": "command|aya",
    "microsoft": "phi",
    "amazon": "nova|titan",
    "zhipu": "glm|chatglm",
    "moonshot": "kimi",
}
_PATTERNS = {name: re.compile(rf"(?:^|[/.:_-])(?:{names})(?=$|[-._:\d])") for name, names in _FAMILIES.items()}


def family_of(model: str, stated: str | None = None) -> str | None:
    """The family of a model: as stated, else by its name; None where neither tells.

    Args:
        model: as the provider calls it, with or without a vendor before it.
        stated: what the configuration says; it counts before the name.
    """
    if stated:
        return stated.casefold()
    name = model.casefold()
    return next((family for family, pattern in _PATTERNS.items() if pattern.search(name)), None)
