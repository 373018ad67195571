"""`python -m musegen` is the command `musegen`: an interrupt is one line from the first import on."""

import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        from musegen.cli import main as command_line

        command_line()
    except KeyboardInterrupt:  # before the command line could see to it: there is nothing to clean up
        print("musegen: interrupted", file=sys.stderr, flush=True)
        os._exit(130)


if __name__ == "__main__":
    main()
