"""Finds weights on disk or on the Hub, and verifies them before anything opens them."""

import re
from dataclasses import dataclass
from logging import INFO, WARNING, getLogger
from pathlib import Path

from humanseg.checkpoints.config import Scores, check_size, hash_file, read_config
from humanseg.checkpoints.presets import PRESET, Preset
from humanseg.errors import WeightsError
from humanseg.network.architecture import Architecture
from humanseg.shipped import shipped

logger = getLogger(__name__)

SHIPPED = shipped("weights") / "humanseg.keras"
FILENAME = "humanseg.keras"
"""Name of the weights in every Hub repository that `training.publish` fills."""

START_UP_SECONDS = 4.5
"""How long the preset may wait for the Hub while a verified copy lies in `weights/`."""

HUB_SOURCE = re.compile(r"(?P<repo_id>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+))?")


@dataclass(frozen=True)
class Weights:
    """Verified weights on disk.

    Attributes:
        path: The `.keras` file.
        architecture: What the network is rebuilt from.
        input_size: Pixels of the photo's long side the network was trained for.
        sha256: Hash of the file.
        threshold: Probability in (0, 1) from which a pixel is a person's in `scores`.
        scores: What `training.evaluate` measured, source -> metric -> value.
        name: `owner/name` on the Hub, or the file's name.
        revision: Commit on the Hub, or None for a file.
        compiled_sha256: Hash of the compiled network beside it, or None.
    """

    path: Path
    architecture: Architecture
    input_size: int
    sha256: str
    threshold: float
    scores: Scores
    name: str
    revision: str | None = None
    compiled_sha256: str | None = None


def resolve_weights(source: str | Path | None = None) -> Weights:
    """Finds weights and verifies their hash; one log line says which are used, and why.

    Args:
        source: One of

            - None: the preset. A verified file in the Hub's cache is used, else the
              Hub at the preset's commit, else the verified copy in `weights/`.
            - `owner/name` or `owner/name@revision`: a model repository on the Hub
              that `training.publish` filled. Without network, what is in the cache.
            - the path of a `.keras` file with its JSON file beside it.

    Raises:
        WeightsError: The weights cannot be had, or are not what they should be; the
            message names the remedy.
    """
    if not source:
        return _resolve_preset(PRESET)
    if isinstance(source, Path) or source.endswith(".keras") or Path(source).is_file():
        return _announce(_verify(Path(source)), "the file asked for")
    match = HUB_SOURCE.fullmatch(source)
    if match is None:
        raise WeightsError(
            "Weights are the path of a .keras file, owner/name or owner/name@revision. "
            f"Received: {source!r}"
        )
    return _resolve_hub(match["repo_id"], match["revision"] or "main")


def _resolve_preset(preset: Preset | None) -> Weights:
    if preset is None:
        return _announce(_verify(SHIPPED), "the copy that comes with humanseg")

    from humanseg.checkpoints import hub

    copy = (preset.repo_id, preset.filename, preset.commit)
    found = hub.find_cached(*copy)
    cached = _try_cached(found, preset.repo_id, preset.sha256)
    if cached is not None:
        return _announce(cached, "from the cache")
    try:
        path = hub.within(START_UP_SECONDS, lambda: hub.download(*copy, force=found is not None))
        return _announce(_verify(path, preset.repo_id, preset.sha256), "from the Hub")
    except WeightsError as hub_error:
        try:
            shipped = _verify(SHIPPED, sha256=preset.sha256)
        except WeightsError as error:
            raise WeightsError(f"{hub_error}; nor is there a copy: {error}") from hub_error
        return _announce(shipped, f"the copy that comes with humanseg: {hub_error}", WARNING)


def _resolve_hub(repo_id: str, revision: str) -> Weights:
    from humanseg.checkpoints import hub

    found = hub.find_cached(repo_id, FILENAME, revision)
    cached = _try_cached(found, repo_id)
    if cached is not None and cached.revision == revision:
        return _announce(cached, "from the cache")
    try:
        broken = found is not None and cached is None
        path = hub.download(repo_id, FILENAME, revision, force=broken)
        return _announce(_verify(path, repo_id), "from the Hub")
    except hub.HubUnreachableError as error:
        if cached is None:
            raise WeightsError(
                f"{repo_id}@{revision} is not in the cache, and {error}: connect to the network, "
                "or give the path of a .keras file."
            ) from error
        return _announce(cached, f"from the cache, perhaps not the newest: {error}", WARNING)


def _try_cached(path: Path | None, repo_id: str, sha256: str | None = None) -> Weights | None:
    if path is None:
        return None
    try:
        return _verify(path, repo_id, sha256)
    except WeightsError:
        return None  # broken on disk: to be fetched again


def _verify(path: Path, repo_id: str | None = None, sha256: str | None = None) -> Weights:
    """Checks a file against the JSON file beside it, and against a hash that is known.

    Args:
        path: The `.keras` file; in the Hub's cache its folder is named by the commit.
        repo_id: Where it comes from, if from the Hub.
        sha256: The hash it must have, if it is known beforehand.
    """
    if not path.is_file():
        raise WeightsError(f"There are no weights at {path}: give the path of a .keras file.")
    check_size(path.name, path.stat().st_size)
    config = read_config(path)
    digest = hash_file(path)
    if digest != config.sha256 or digest != (sha256 or digest):
        raise WeightsError(
            f"{path} has not the SHA-256 it should have: fetch it and its JSON file again. "
            f"Received: {digest}"
        )
    return Weights(
        path,
        config.architecture,
        config.input_size,
        digest,
        config.threshold,
        config.scores,
        name=repo_id or path.name,
        revision=path.parent.name if repo_id else None,
        compiled_sha256=config.compiled_sha256,
    )


def _announce(weights: Weights, why: str, level: int = INFO) -> Weights:
    place = f"{weights.name}@{weights.revision}" if weights.revision else weights.path
    logger.log(level, "Weights: %s (%s)", place, why)
    return weights
