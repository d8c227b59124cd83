"""Runs every check: lint, format, types, tests. Arguments go to pytest."""

import subprocess
import sys

CHECKS = (
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["pytest", *sys.argv[1:]],
)

for check in CHECKS:
    print(f"$ {' '.join(check)}", flush=True)
    status = subprocess.run([sys.executable, "-m", *check], check=False).returncode
    if status:
        sys.exit(status)
