"""Weights on the Hugging Face Hub, and a plain sentence for each way that can fail."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TypeVar

import httpx2
from huggingface_hub import (
    get_hf_file_metadata,
    hf_hub_download,
    hf_hub_url,
    try_to_load_from_cache,
)
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from humanseg.checkpoints.config import check_size, compiled_path, config_path, read_config
from humanseg.errors import WeightsError

ANSWER_SECONDS = 4.0
"""How long the Hub may take to say whether it has a file."""

T = TypeVar("T")


class HubUnreachableError(WeightsError):
    """The Hub did not say whether it has the weights; a cached copy may still do."""


def find_cached(repo_id: str, filename: str, revision: str) -> Path | None:
    """Looks for weights in the Hub's cache, without any request.

    Returns:
        Path of the `.keras` file if it and its JSON file are there.

    Raises:
        WeightsError: There cannot be a repository of this name.
    """
    path: Path | None = None
    with _plain_errors(repo_id, filename, revision):
        for name in (config_path(Path(filename)).name, filename):
            cached = try_to_load_from_cache(repo_id, name, revision=revision)
            if not isinstance(cached, str):
                return None
            path = Path(cached)
    return path


def download(repo_id: str, filename: str, revision: str, force: bool = False) -> Path:
    """Downloads weights, and what lies beside them, from one commit into the Hub's cache.

    That is their JSON file and, where this names one, the network compiled for LiteRT. The
    `.keras` file comes last: where it is in the cache, so are the others.

    Args:
        repo_id: Model repository, `owner/name`.
        filename: The `.keras` file in it.
        revision: Branch, tag or commit; all files come from the commit it is now.
        force: Download again what is in the cache.

    Returns:
        Path of the `.keras` file, in a folder named by the commit.

    Raises:
        HubUnreachableError: The Hub does not answer, or not within `ANSWER_SECONDS`.
        WeightsError: The Hub says no, or the transfer broke off.
    """
    with _plain_errors(repo_id, filename, revision):
        names = [config_path(Path(filename)).name, filename]
        for name in names:
            _check_answer(repo_id, name, revision)
            path = Path(hf_hub_download(repo_id, name, revision=revision, force_download=force))
            revision = path.parent.name  # the commit: all files come from the same one
            if name == names[0] and read_config(path.with_name(filename)).compiled_sha256:
                names.insert(1, compiled_path(Path(filename)).name)
    return path.with_name(filename)


def within(seconds: float, function: Callable[[], T]) -> T:
    """Runs a function, but waits no longer than that for it.

    The time-outs of the Hub's client are for each step and each retry, and none
    covers the look-up of the name. The function goes on in the background, so that
    what it downloads is there the next time.

    Raises:
        HubUnreachableError: The time is over.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=run, name="humanseg-hub", daemon=True).start()
    try:
        return future.result(timeout=seconds)
    except TimeoutError:
        raise HubUnreachableError(
            f"the Hugging Face Hub did not deliver within {seconds:g} seconds"
        ) from None


def _check_answer(repo_id: str, filename: str, revision: str) -> None:
    """Asks once, without the retries of a download, whether there is such a file."""
    url = hf_hub_url(repo_id, filename, revision=revision)
    metadata = within(ANSWER_SECONDS, lambda: get_hf_file_metadata(url))
    check_size(filename, metadata.size or 0)


@contextmanager
def _plain_errors(repo_id: str, filename: str, revision: str) -> Iterator[None]:
    """Says what the Hub's client raises in one sentence that names the remedy."""
    try:
        yield
    except GatedRepoError as error:
        raise WeightsError(
            f"{repo_id} is gated: accept its terms on the Hub, then log in with `hf auth login`."
        ) from error
    except RepositoryNotFoundError as error:
        raise WeightsError(
            f"There is no model repository {repo_id} on the Hub that you may read: check the "
            "name, and log in with `hf auth login` if it is private."
        ) from error
    except RevisionNotFoundError as error:
        raise WeightsError(
            f"{repo_id} has no revision {revision}: give a branch, tag or commit of it."
        ) from error
    except RemoteEntryNotFoundError as error:
        raise WeightsError(
            f"{repo_id}@{revision} lacks {filename} or its JSON file: "
            "`python -m training.publish` uploads both."
        ) from error
    except HFValidationError as error:
        raise WeightsError(f"{repo_id} is not a name on the Hub: it must be owner/name.") from error
    except OfflineModeIsEnabled as error:
        raise HubUnreachableError("HF_HUB_OFFLINE is set") from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status in (401, 403):
            raise WeightsError(
                f"The Hub refuses {repo_id} ({status}): log in with `hf auth login`."
            ) from error
        raise HubUnreachableError(f"the Hugging Face Hub or a proxy answers {status}") from error
    except (httpx2.HTTPError, LocalEntryNotFoundError) as error:
        raise HubUnreachableError("the Hugging Face Hub cannot be reached") from error
    except (OSError, ValueError) as error:
        raise WeightsError(f"The download of {repo_id} broke off ({error}): try again.") from error
