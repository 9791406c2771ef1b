"""Command lines: the operator process and the kubectl plug-in. They parse, call and print."""
