"""What programs give to handlers: pictures in any shape, or one sentence that refuses them.

Gradio looks after files only where a value says that it is one, fetches what it is told to,
and names what it refuses in words of its own or not at all. So pictures never reach it.
"""

import logging
from typing import Any

import anyio.to_thread
import gradio as gr
from gradio.state_holder import SessionState

from humanseg.demo import uploads
from humanseg.errors import HumanSegError, ImageError, OptionError

MISTAKE = (
    "The server made a mistake, which its log describes; please try again, or with another photo."
)

logger = logging.getLogger(__name__)


class CheckedBlocks(gr.Blocks):
    """`gr.Blocks` that opens no file but uploads, and says what is wrong in one sentence."""

    async def preprocess_data(
        self,
        block_fn: Any,
        inputs: list[Any],
        state: SessionState | None,
        explicit_call: bool = False,
    ) -> list[Any]:
        """Checks the values of a call, whatever handler it goes to.

        Returns:
            What the handler gets: of a picture its path, of several their paths or
            addresses, of all else what Gradio makes of it.
        """
        blocks = block_fn.inputs
        if len(inputs) != len(blocks):
            raise OptionError(f"This call takes {len(blocks)} values. Received: {len(inputs)}")
        pictures, others = {}, list(inputs)
        for place, (value, block) in enumerate(zip(inputs, blocks, strict=True)):
            name = str(getattr(block, "label", None))
            if isinstance(block, gr.Image | gr.File):
                several = getattr(block, "file_count", "single") != "single"
                pictures[place] = await anyio.to_thread.run_sync(
                    check_several if several else check, value, name, limiter=self.limiter
                )
                others[place] = None
            elif holds_file(value):
                raise OptionError(f"{name} must not be a file. {received(value)}")
        try:
            processed = await super().preprocess_data(block_fn, others, state, explicit_call)
        except gr.Error:
            raise
        except Exception as error:
            raise OptionError(
                f"A value is of a kind that this call does not take. {received(others)}"
            ) from error
        return [pictures.get(place, value) for place, value in enumerate(processed)]

    async def process_api(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Answers a call; callers are told of our own errors, and of no others' details."""
        try:
            return await super().process_api(*args, **kwargs)
        except gr.Error as error:
            error.print_exception = False  # a caller's mistake is none of the log's
            raise
        except HumanSegError as error:
            raise gr.Error(str(error), print_exception=False) from error
        except Exception as error:
            logger.exception("A call failed.")
            raise gr.Error(MISTAKE, print_exception=False) from error


def check(value: Any, name: str) -> str | None:
    """Path of the picture that was given as a handler's argument, or None if there is none.

    Raises:
        ImageError: It was not uploaded, or is in no shape of a picture.
    """
    return None if value is None else str(uploads.find(meant(value, name)))


def check_several(value: Any, name: str) -> list[str] | None:
    """The same of several, except that addresses stay what they are.

    One that cannot be fetched is then one of many, and the others are done.

    Raises:
        ImageError: As for one.
        OptionError: More than `MAX_FILES` would have to be fetched or decoded.
    """
    if value is None:
        return None
    if not isinstance(value, list):
        raise ImageError(f"{name} must be a list of pictures. {received(value)}")
    given = [meant(item, name) for item in value]
    if sum(uploads.is_url(item) or uploads.is_data(item) for item in given) > uploads.MAX_FILES:
        raise OptionError(f"Give 1 to {uploads.MAX_FILES} photos at once. Received: {len(given)}")
    return [item if uploads.is_url(item) else str(uploads.find(item)) for item in given]


def meant(value: Any, name: str) -> str:
    """The path or address that a value holds.

    Raises:
        ImageError: It holds none.
    """
    if isinstance(value, dict):
        found = value.get("path") or value.get("url")
        if isinstance(found, str):
            return found
    elif uploads.is_url(value) or uploads.is_data(value):
        return str(value)
    raise ImageError(
        f'{name} must be a picture: an uploaded file, as {{"path": "...", "meta": '
        f'{{"_type": "gradio.FileData"}}}}, or a public address. {received(value)}'
    )


def holds_file(value: Any) -> bool:
    """Whether Gradio might look for a file somewhere in a value."""
    if isinstance(value, dict):
        return "path" in value or any(holds_file(item) for item in value.values())
    return isinstance(value, list | tuple) and any(holds_file(item) for item in value)


def received(value: Any, length: int = 100) -> str:
    """The end of a sentence on a wrong value, cut off where it gets long."""
    text = repr(value)
    return f"Received: {text if len(text) <= length else f'{text[:length]}...'}"
