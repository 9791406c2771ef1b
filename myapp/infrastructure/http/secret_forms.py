"""In which forms a secret may come back from a receiver that repeats what it was sent.

What a receiver makes of a secret otherwise, such as a digest or a beginning of it, is not known here.
"""

import binascii
import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

#: What is shorter would be found in any text.
_SHORTEST = 4
#: Words that stand before a secret and tell nothing of it.
_SCHEMES = frozenset({"basic", "bearer", "digest", "negotiate", "token", "apikey", "api-key", "hmac", "key"})


def forms_of(secrets: Iterable[str]) -> tuple[str, ...]:
    """All that must not be seen, the longest first, since one may be a part of another."""
    forms = {form for secret in secrets for piece in _pieces(secret) for form in _written(piece)}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def _pieces(secret: str) -> Iterator[str]:
    """The secret, and what a receiver takes out of it: a token without its scheme, a user's password."""
    if len(secret) >= _SHORTEST:
        yield secret
    parts = secret.split()
    yield from (part for part in parts if len(part) >= _SHORTEST and part.lower() not in _SCHEMES)
    decoded = _decoded(parts[-1]) if parts else ""
    if len(decoded) >= _SHORTEST:
        yield decoded
    password = decoded.partition(":")[2]
    if len(password) >= _SHORTEST:
        yield password


def _decoded(text: str) -> str:
    """The text that Base64 stands for; empty where it stands for none."""
    try:
        decoded = b64decode(text + "=" * (-len(text) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return decoded if decoded.isprintable() else ""


def _written(piece: str) -> tuple[str, ...]:
    content = piece.encode()
    base64 = (encode(content).decode().rstrip("=") for encode in (b64encode, urlsafe_b64encode))
    return (piece, json.dumps(piece)[1:-1], quote(piece), quote(piece, safe=""), quote_plus(piece), *base64)
