"""`python -m clientlib.audit`."""

from clientlib.audit.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
