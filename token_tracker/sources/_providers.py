"""Who bills a response, by the name that a host has for its vendor."""

from __future__ import annotations

from functools import lru_cache

from token_tracker.sources._fields import clean_name

OUR_NAMES = {
    "alibaba": "qwen",
    "alibaba-cn": "qwen-cn",
    "alibabacloud": "qwen",
    "aliyun": "qwen",
    "amazon-bedrock": "bedrock",
    "aws-bedrock": "bedrock",
    "azure-openai": "azure",
    "bailian": "qwen",
    "bigmodel": "zhipu",
    "claude": "anthropic",
    "claude-cli": "anthropic",
    "claude-code": "anthropic",
    "codex": "openai",
    "dashscope": "qwen",
    "doubao": "volcengine",
    "gemini": "google",
    "gemini-cli": "google",
    "glm": "zai",
    "google-ai-studio": "google",
    "google-gemini": "google",
    "google-gemini-cli": "google",
    "google-generative-ai": "google",
    "google-vertex": "vertex",
    "google-vertex-anthropic": "vertex",
    "grok": "xai",
    "kimi-code": "kimi",
    "kimi-coding": "kimi",
    "kimi-for-coding": "kimi",
    "managed-kimi-code": "kimi",
    "minimax-cn": "minimax-cn",
    "modelstudio": "qwen",
    "moonshot": "kimi",
    "moonshot-ai": "kimi",
    "moonshotai": "kimi",
    "moonshotai-cn": "kimi-cn",
    "open-router": "openrouter",
    "openai-codex": "openai",
    "openai-codex-cli": "openai",
    "openai-native": "openai",
    "openai-responses": "openai",
    "qwen-code": "qwen",
    "qwen-oauth": "qwen",
    "qwen-portal": "qwen",
    "vertex-ai": "vertex",
    "volcengine-plan": "volcengine",
    "x-ai": "xai",
    "z-ai": "zai",
    "zai-coding-plan": "zai",
    "zhipu": "zhipu",
    "zhipuai": "zhipu",
    "zhipuai-coding-plan": "zhipu",
}
"""Names in logs, in lower case and with hyphens, to the provider ids of this program.

A vendor's platform in China has an id of its own: it bills in yuan, by another price list.
"""


@lru_cache(maxsize=512)
def billing_provider(logged: str) -> str:
    """Give our id of the vendor that a host names; a name we do not know stays as it is.

    >>> billing_provider("moonshotai"), billing_provider("Z.AI"), billing_provider("my-gateway")
    ('kimi', 'zai', 'my-gateway')
    """
    name = clean_name(logged).strip().lower()
    plain = name.replace("_", "-").replace(".", "-").replace(":", "-").replace(" ", "-")
    return OUR_NAMES.get(plain, name)
