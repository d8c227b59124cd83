"""The JSON file beside the weights: what they are, so that nothing else has to be trusted."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from humanseg.errors import WeightsError
from humanseg.network.architecture import Architecture

MAX_BYTES = 200_000_000
MAX_CONFIG_BYTES = 100_000

Scores = Mapping[str, Mapping[str, float]]
"""What `training.evaluate` measured: source -> metric -> value."""


@dataclass(frozen=True)
class WeightsConfig:
    """What is known of a `.keras` file.

    Attributes:
        architecture: What the network is rebuilt from.
        input_size: Pixels of the photo's long side the network was trained for, a
            multiple of 32 in [32, 2048].
        sha256: Hash of the `.keras` file, 64 lower-case hexadecimal digits.
        threshold: Probability in (0, 1) from which a pixel is a person's in `scores`.
        scores: What the weights score, or empty if they were not evaluated.
        compiled_sha256: Hash of the network compiled for LiteRT, the `.tflite` file of
            the same name, or None where there is none.
    """

    architecture: Architecture
    input_size: int
    sha256: str
    threshold: float = 0.5
    scores: Scores = field(default_factory=dict)
    compiled_sha256: str | None = None

    @classmethod
    def from_dict(cls, values: Any) -> Self:
        """Reads and checks the content of the JSON file.

        Raises:
            WeightsError: A key is missing or unknown, or a value out of range.
        """
        required = {"architecture", "input_size", "sha256"}
        optional = {"threshold", "scores", "compiled_sha256"}
        if not isinstance(values, dict) or not required <= set(values) <= required | optional:
            raise WeightsError(
                f"it must be an object with the keys {sorted(required)}, and may have "
                f"{sorted(optional)}. Received: {values!r:.200}"
            )
        config = cls(**{**values, "architecture": Architecture.from_dict(values["architecture"])})
        size = config.input_size
        if type(size) is not int or size % 32 or not 32 <= size <= 2048:
            raise WeightsError(
                f"input_size must be a multiple of 32 from 32 to 2048. Received: {size!r}"
            )
        for name in ("sha256", "compiled_sha256"):
            digest = values.get(name)
            if not (_is_digest(digest) or (digest is None and name not in required)):
                raise WeightsError(f"{name} must be 64 hexadecimal digits. Received: {digest!r}")
        if not _is_number(config.threshold) or not 0 < config.threshold < 1:
            raise WeightsError(f"threshold must be in (0, 1). Received: {config.threshold!r}")
        if not _are_scores(config.scores):
            raise WeightsError("scores must be an object of objects of finite numbers.")
        return config


def compiled_path(weights: Path) -> Path:
    """Path of the compiled network that belongs to a `.keras` file."""
    return weights.with_suffix(".tflite")


def config_path(weights: Path) -> Path:
    """Path of the JSON file that belongs to a `.keras` file."""
    return weights.with_suffix(".json")


def read_config(weights: Path) -> WeightsConfig:
    """Reads the JSON file beside a `.keras` file.

    Raises:
        WeightsError: There is none, or it is not one.
    """
    path = config_path(weights)
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise WeightsError(f"{path.name} must be at most {MAX_CONFIG_BYTES:,} bytes.")
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError(
            f"There is no {path.name} beside {weights.name}: keep the two together, or write it "
            "with humanseg.checkpoints.config.write_config."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise WeightsError(f"{path} cannot be read as JSON: {error}") from error
    try:
        return WeightsConfig.from_dict(values)
    except WeightsError as error:
        raise WeightsError(f"{path} does not describe weights: {error}") from error


def write_config(
    weights: Path,
    architecture: Architecture,
    input_size: int,
    threshold: float = 0.5,
    scores: Scores | None = None,
) -> WeightsConfig:
    """Writes the JSON file beside a `.keras` file, with the hash the file has now.

    So is that of the compiled network beside it, where there is one.

    Args:
        weights: The `.keras` file; its name with the ending `.json` is written.
        architecture: What the network was built from.
        input_size: Pixels of the photo's long side, a multiple of 32 in [32, 2048].
        threshold: Probability in (0, 1) from which a pixel is a person's in `scores`.
        scores: What `training.evaluate` measured, source -> metric -> value.

    Raises:
        WeightsError: A value is out of range; nothing is written.
    """
    compiled = compiled_path(weights)
    config = WeightsConfig(
        architecture,
        input_size,
        hash_file(weights),
        threshold,
        scores or {},
        hash_file(compiled) if compiled.is_file() else None,
    )
    text = json.dumps(asdict(config), indent=2) + "\n"
    WeightsConfig.from_dict(json.loads(text))
    config_path(weights).write_text(text, encoding="utf-8")
    return config


def check_size(name: str, size: int) -> None:
    """Refuses files that are larger than any network an `Architecture` allows.

    Raises:
        WeightsError: It is larger than `MAX_BYTES`.
    """
    if size > MAX_BYTES:
        raise WeightsError(f"{name} must be at most {MAX_BYTES:,} bytes. Received: {size:,} bytes")


def hash_file(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _are_scores(scores: Any) -> bool:
    return isinstance(scores, dict) and all(
        isinstance(metrics, dict) and all(map(_is_number, metrics.values()))
        for metrics in scores.values()
    )


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 1e15  # neither infinite nor NaN
