"""Runs a health script as Argo CD does: Lua 5.1, the object as the global `obj`, no library but base and table."""

from collections.abc import Mapping
from typing import Any

from lupa.lua51 import LuaError, LuaRuntime  # type: ignore[import-untyped] # it ships no types

__all__ = ["HealthScriptError", "LuaError", "health"]

#: What Argo CD opens, but for an os that has time and date alone; the rest of Lua's globals is taken away.
_KEPT = frozenset(
    {
        *("_G", "_VERSION", "assert", "error", "getfenv", "getmetatable", "ipairs", "next", "pairs", "pcall"),
        *("rawequal", "rawget", "rawset", "select", "setfenv", "setmetatable", "tonumber", "tostring", "type"),
        *("unpack", "xpcall", "table"),
    }
)
_STATUSES = frozenset({"Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown"})


class HealthScriptError(AssertionError):
    """The script did not give what Argo CD takes."""


def health(script: str, obj: Mapping[str, Any]) -> tuple[str, str]:
    """The status and the message that the script gives for an object. Raises HealthScriptError."""
    lua = LuaRuntime(register_eval=False, register_builtins=False, unpack_returned_tuples=True)
    lua.execute("getmetatable('').__index = nil")  # no library of strings, so no methods of strings either
    names = lua.globals()
    for name in set(names.keys()) - _KEPT:
        names[name] = None
    names["obj"] = lua.table_from(obj, recursive=True)
    answer = lua.execute(script)
    try:
        status, message = answer["status"], answer["message"]
    except TypeError as error:
        raise HealthScriptError(f"the script gave {answer!r}, not a table") from error
    if status not in _STATUSES:
        raise HealthScriptError(f"{status!r} is no health status of Argo CD")
    return str(status), str(message or "")
