"""Which functions and operators expressions may use, and what is known of each one's cost and result.

A function that is not in these tables is refused, so that a newer library adds nothing unseen.
"""

#: They look at all of their arguments and yield a single number, truth or moment.
SCANNING = frozenset(
    {
        "_<_", "_<=_", "_>_", "_>=_", "contains", "startsWith", "endsWith", "indexOf", "lastIndexOf", "size",
        "int", "uint", "double", "bool", "timestamp", "duration", "type",
    }
)  # fmt: skip
#: Equality looks at no more than the smaller of its arguments has; ``in`` may meet the left one in each element.
EQUALITY = frozenset({"_==_", "_!=_", "@in"})
#: They yield a single value and look at single values.
SIMPLE = frozenset(
    {
        "!_", "@not_strictly_false", "_&&_", "_||_", "-_", "_-_", "_*_", "_/_", "_%_",
        "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours", "getMilliseconds",
        "getMinutes", "getMonth", "getSeconds", "hasValue", "optional.none",
        "math.abs", "math.bitAnd", "math.bitNot", "math.bitOr", "math.bitShiftLeft", "math.bitShiftRight",
        "math.bitXor", "math.ceil", "math.floor", "math.isFinite", "math.isInf", "math.isNaN", "math.round",
        "math.sign", "math.sqrt", "math.trunc",
    }
)  # fmt: skip
#: They yield one of their arguments, or a part of one, as it is.
PASSING = frozenset(
    {
        "_?_:_", "_[_]", "_[?_]", "_?._", "orValue", "or", "value", "optional.of", "optional.ofNonZeroValue", "dyn",
        "math.@max", "math.@min", "math.greatest", "math.least",
    }
)  # fmt: skip
#: They make a new text of the length of their arguments, or little more.
COPYING = frozenset(
    {
        "_+_", "base64.decode", "base64.encode", "bytes", "charAt", "lowerAscii", "reverse", "string", "strings.quote",
        "substring", "trim", "upperAscii",
    }
)  # fmt: skip
#: They make texts longer, each in a way of its own.
GROWING = frozenset({"format", "join", "matches", "replace", "split"})

KNOWN = SCANNING | EQUALITY | SIMPLE | PASSING | COPYING | GROWING
