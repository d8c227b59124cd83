"""The published weights that humanseg uses unless it is told otherwise."""

from dataclasses import dataclass

from humanseg.checkpoints.config import Scores


@dataclass(frozen=True)
class Preset:
    """Weights on the Hugging Face Hub that can only ever be one file.

    Attributes:
        repo_id: Model repository on the Hub, `owner/name`.
        filename: The `.keras` file in it; its JSON file lies beside it.
        commit: The commit both are taken from, 40 hexadecimal digits.
        sha256: Hash of the `.keras` file.
        scores: What `training.evaluate` measured for it.
    """

    repo_id: str
    filename: str
    commit: str
    sha256: str
    scores: Scores


PRESET: Preset | None = None
"""None: these weights are not on the Hub yet, and the copy in `weights/` is used.

`python -m training.publish` prints the entry to put here.
"""
