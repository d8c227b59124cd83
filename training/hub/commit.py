"""Sends a set of files to the Hugging Face Hub in one commit."""

import hashlib
from collections.abc import Mapping
from typing import Literal

import httpx2
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import HFValidationError, OfflineModeIsEnabled

Files = Mapping[str, bytes]
"""Path in the repository -> content."""


def listing(files: Files) -> str:
    """A line for each file: bytes, the start of its SHA-256, path."""
    return "\n".join(
        f"{len(content):>12,}  {hashlib.sha256(content).hexdigest()[:12]}  {path}"
        for path, content in sorted(files.items())
    )


def send_commit(
    repo_id: str,
    files: Files,
    message: str,
    *,
    repo_type: Literal["model", "space"] = "model",
    private: bool = False,
    replace_all: bool = False,
) -> str:
    """Makes the repository if there is none, and commits the files to `main`.

    Args:
        repo_id: `owner/name`.
        files: What to send.
        message: First line of the commit.
        repo_type: "model" or "space", which is a Gradio Space.
        private: Whether a repository made now is private; an old one stays as it is.
        replace_all: Delete what is in the repository and not in `files`.

    Returns:
        The commit, 40 hexadecimal digits.

    Raises:
        SystemExit: The Hub says no, or does not answer, or there can be no such repository.
    """
    api = HfApi()
    try:
        api.create_repo(
            repo_id,
            repo_type=repo_type,
            private=private,
            space_sdk="gradio" if repo_type == "space" else None,
            exist_ok=True,
        )
        old = api.list_repo_files(repo_id, repo_type=repo_type) if replace_all else []
        kept = {*files, ".gitattributes"}
        commit = api.create_commit(
            repo_id,
            [
                *(CommitOperationAdd(path, content) for path, content in sorted(files.items())),
                *(CommitOperationDelete(path) for path in old if path not in kept),
            ],
            commit_message=message,
            repo_type=repo_type,
        )
    except (HFValidationError, OfflineModeIsEnabled) as error:
        raise SystemExit(f"{repo_id} could not be written to: {error}") from error
    except httpx2.HTTPError as error:
        raise SystemExit(
            f"{repo_id} could not be written to; are you logged in (`hf auth login`)? {error}"
        ) from error
    return commit.oid
