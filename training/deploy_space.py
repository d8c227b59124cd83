"""Puts the demo up as a Gradio Space: every file that git tracks, in one commit.

    python -m training.deploy_space --repo-id owner/name --dry-run
    python -m training.deploy_space --repo-id owner/name

Log in first with `hf auth login`. Run it again to update the Space. A plain `git
push` would be refused: the Hub takes weights and pictures only through its client.
"""

import argparse
import subprocess
from pathlib import Path

from training.hub.commit import Files, listing, send_commit

PROJECT = Path(__file__).parents[1]


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.deploy_space",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--repo-id", required=True, metavar="OWNER/NAME", help="made if there is none")
    add("--private", action="store_true", help="if the Space is made now")
    add("--dry-run", action="store_true", help="print what would be sent, and send nothing")
    return parser.parse_args(arguments)


def deploy(options: argparse.Namespace) -> None:
    """Prints what is sent, and sends it.

    Raises:
        SystemExit: This is not a git checkout, or the Hub says no.
    """
    files = tracked_files(PROJECT)
    print(f"To the Space {options.repo_id}:\n{listing(files)}")
    if options.dry_run:
        print("Dry run: nothing was sent.")
        return
    commit = send_commit(
        options.repo_id,
        files,
        "Deploy humanseg",
        repo_type="space",
        private=options.private,
        replace_all=True,
    )
    print(f"\nDeployed {commit}: https://huggingface.co/spaces/{options.repo_id}")


def tracked_files(project: Path) -> Files:
    """The files of a git checkout, as they are on disk now.

    Raises:
        SystemExit: It is not a git checkout.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=project, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        raise SystemExit(f"{project} must be a git checkout: {listed.stderr.strip()}")
    paths = [path for path in listed.stdout.split("\0") if path]
    return {path: (project / path).read_bytes() for path in paths if (project / path).is_file()}


if __name__ == "__main__":
    deploy(parse_arguments())
