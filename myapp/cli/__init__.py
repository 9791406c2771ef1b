"""Command lines: the operator process and the kubectl plug-in. They parse and print; what is decided is decided elsewhere."""
