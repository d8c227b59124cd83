"""Entry point of `python -m humanseg`."""

from humanseg.command.cli import main

raise SystemExit(main())
