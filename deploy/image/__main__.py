"""`python -m deploy.image`."""

import sys

from deploy.image.cli import main

if __name__ == "__main__":
    sys.exit(main())
