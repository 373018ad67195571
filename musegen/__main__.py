"""`python -m musegen` is the command `musegen`."""

from musegen.cli import main

if __name__ == "__main__":
    main()
