"""``python -m myapp``: the same as the console script ``myapp``."""

from myapp.cli.operator import main

main()
