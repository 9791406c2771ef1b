"""Expressions in CEL, by the reference implementation in C++ (docs/design/cel.md)."""
