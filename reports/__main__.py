"""The commands as ``python -m reports``, where no script of the environment is on the path."""

import sys

from reports.cli import main

if __name__ == "__main__":
    sys.exit(main())
