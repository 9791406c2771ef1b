"""Takes secrets out of what is logged, whoever logs it: libraries and tracebacks quote what they were given.

By shape, since nobody can list all secrets: credentials in URLs, authorization headers, JSON Web Tokens (every token of
a service account is one), and values that are named as secrets. Rather one word too many is hidden than one too few.
"""

import re

HIDDEN = "[redacted]"
_VALUE = r"(?:\"[^\"]*\"|'[^']*'|[^\s\"',;&}\])]+)"
_SHAPES = tuple(
    (re.compile(shape, re.IGNORECASE), replacement)
    for shape, replacement in (
        # scheme://user:password@host; the password may hold @ and / where it was not encoded
        (r"(\b[a-z][a-z0-9+.-]{0,20}://[^\s:/@\"']*:)[^\s\"']+(?=@)", rf"\1{HIDDEN}"),
        (r"\beyJ[\w-]{6,}\.[\w-]+\.?[\w-]*", HIDDEN),
        (r"\b(bearer|basic|digest|negotiate)\s+[\w.~+/=-]{6,}", rf"\1 {HIDDEN}"),
        (rf"(\bauthorization[\"']?\s*[:=]\s*)(?![\"']?(?:bearer|basic|digest|negotiate)\b){_VALUE}", rf"\1{HIDDEN}"),
        (
            rf"((?:passw(?:or)?d|passphrase|secret|token|(?:api|access)[-_]?key)[\"']?\s*[:=]\s*){_VALUE}",
            rf"\1{HIDDEN}",
        ),
    )
)


def redact(text: str) -> str:
    """The text without what looks like a secret."""
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text
