"""Entry point of `python -m humanseg`."""

from humanseg.cli import main

raise SystemExit(main())
