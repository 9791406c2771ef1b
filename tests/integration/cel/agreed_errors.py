"""Expressions that are refused, or have no value, here and in Kubernetes for reasons of the same kind."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of error, as a pattern of what each engine says."""

    here: re.Pattern[str]
    api_server: re.Pattern[str]


def _kind(here: str, api_server: str = "") -> Kind:
    return Kind(re.compile(here), re.compile(api_server or here))


_SYNTAX = _kind("mismatched input|missing|token recognition|extraneous", "Syntax error")
_UNKNOWN_NAME = _kind("undeclared reference to")
_WRONG_TYPE = _kind("no matching overload", "no matching overload|expected type")
_LITERAL = _kind("invalid int literal")
_LITERAL_TEXT = _kind(
    "cannot read '.+': ", "invalid (matches|timestamp|duration) argument|conversion error from 'string'"
)
_MACRO = _kind("must be a simple identifier|must be a field selection", "not an identifier|invalid argument to has")

#: What is refused before it is evaluated.
REFUSED = {
    "1 +": _SYNTAX,
    "'a": _SYNTAX,
    "(1": _SYNTAX,
    "[1, 2": _SYNTAX,
    "self.name": _UNKNOWN_NAME,
    "foo(1)": _UNKNOWN_NAME,
    "object.spec.name.startswith('a')": _UNKNOWN_NAME,
    "'a' + 1": _WRONG_TYPE,
    "'a' * 3": _WRONG_TYPE,
    "1 + 1.0": _WRONG_TYPE,
    "3 == 3.0": _WRONG_TYPE,
    "1 == 'a'": _WRONG_TYPE,
    "!1": _WRONG_TYPE,
    "'a' && true": _WRONG_TYPE,
    "size(1)": _WRONG_TYPE,
    "[1, 2].join(',')": _WRONG_TYPE,
    "9223372036854775808": _LITERAL,
    "[1].map(1, 2)": _MACRO,
    "has(object)": _MACRO,
    "has('a')": _MACRO,
    "'a'.matches('(')": _LITERAL_TEXT,
    "timestamp('yesterday')": _LITERAL_TEXT,
    "duration('1d')": _LITERAL_TEXT,
    "int('x')": _LITERAL_TEXT,
    "uint('-1')": _LITERAL_TEXT,
    "double('x')": _LITERAL_TEXT,
    "bool('x')": _LITERAL_TEXT,
}

_MISSING = _kind("Key not found in map|SELECT to non-message", "no such key")
_INDEX = _kind("Index error|is greater than", "index out of (bounds|range)")
_OVERLOAD = _kind("No matching overloads found", "no such overload|expected iterable type")
_ZERO = _kind("(divide|modulus) by zero", "(division|modulus) by zero")
_OVERFLOW = _kind("integer overflow")
_OPTIONAL = _kind(r"optional.none\(\) dereference")
_ZONE = _kind("Invalid timezone", "unknown time zone")
_CONVERSION = _kind("cannot convert string to int|conversion failed", "invalid syntax|type conversion error|invalid")

#: What has no value for the given object.
WITHOUT_VALUE = {
    "object.spec.missing": _MISSING,
    "object.name": _MISSING,
    "object.spec.replicas.foo": _MISSING,
    "{'a': 1}['b']": _MISSING,
    "object.spec.ports[2]": _INDEX,
    "object.spec.ports[-1]": _INDEX,
    "object.spec.name.charAt(9)": _INDEX,
    "object.spec.name.substring(9)": _INDEX,
    "object.spec.replicas + 1.5": _OVERLOAD,
    "object.spec.name + 1": _OVERLOAD,
    "object.spec.name > 1": _OVERLOAD,
    "object.spec.name ? 1 : 2": _OVERLOAD,
    "object.spec.replicas.size()": _OVERLOAD,
    "object.spec.replicas.startsWith('a')": _OVERLOAD,
    "object.spec.replicas in object.spec.name": _OVERLOAD,
    "object.spec.name.all(c, true)": _OVERLOAD,
    "1 / 0": _ZERO,
    "1 % 0": _ZERO,
    "object.spec.big + 1": _OVERFLOW,
    "object.spec.negative * object.spec.big": _OVERFLOW,
    "9223372036854775807 + 1": _OVERFLOW,
    "-(-9223372036854775807 - 1)": _OVERFLOW,
    "1u - 2u": _OVERFLOW,
    "optional.none().value()": _OPTIONAL,
    "timestamp(object.spec.since).getHours('Mars/Base')": _ZONE,
    "int(object.spec.name)": _CONVERSION,
    "timestamp(object.spec.name)": _CONVERSION,
    "duration(object.spec.name)": _CONVERSION,
}
