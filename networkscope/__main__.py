"""`python -m networkscope` is the command line."""

from networkscope.cli.main import main

if __name__ == "__main__":
    main()
