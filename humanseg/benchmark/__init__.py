"""Speed and memory, measured on the machine it runs on: `python -m humanseg.benchmark`."""
