"""What programs give to handlers: pictures in any shape, or one sentence that refuses them.

Gradio looks after files only where a value says that it is one, and names what it refuses
in words of its own or not at all. So all values are looked at here, before Gradio does.
"""

import logging
from typing import Any

import gradio as gr
from gradio.state_holder import SessionState

from humanseg.demo import uploads
from humanseg.errors import HumanSegError, ImageError, OptionError

MISTAKE = "The server made a mistake here, which its log describes; other calls go on working."

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
        """Checks the values of a call, whatever handler it goes to, then lets Gradio at them."""
        needed = len(block_fn.inputs)
        if len(inputs) != needed:
            raise OptionError(f"This call takes {needed} values. Received: {len(inputs)}")
        checked = [
            check(value, block) for value, block in zip(inputs, block_fn.inputs, strict=True)
        ]
        try:
            return await super().preprocess_data(block_fn, checked, state, explicit_call)
        except gr.Error:
            raise
        except Exception as error:
            raise OptionError(
                f"A value is of a kind that this call does not take. Received: {shorten(inputs)}"
            ) from error

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


def check(value: Any, block: Any) -> Any:
    """Gives a value back as Gradio's component takes it.

    Args:
        value: What was given for one input of a handler.
        block: That input.

    Raises:
        ImageError: It names a file that was not uploaded, or is in no shape of a picture.
        OptionError: It is a file where none is wanted.
    """
    name = str(block.label)
    if not isinstance(block, gr.Image | gr.File):
        if holds_file(value):
            raise OptionError(f"{name} must not be a file. {received(value)}")
        return value
    if value is None:
        return None
    if getattr(block, "file_count", "single") == "single":
        return uploaded(value, name)
    if not isinstance(value, list):
        raise ImageError(f"{name} must be a list of pictures. {received(value)}")
    return [uploaded(item, name) for item in value]


def uploaded(value: Any, name: str) -> dict[str, Any]:
    """A picture as Gradio takes it.

    Raises:
        ImageError: It was not uploaded, or is in no shape of a picture.
    """
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str):
        raise ImageError(
            f'{name} must be an uploaded file, as {{"path": "...", "meta": '
            f'{{"_type": "gradio.FileData"}}}}. {received(value)}'
        )
    found = uploads.find(path, uploads.upload_folder())
    return {
        "path": str(found),
        "orig_name": found.name,
        "meta": {"_type": "gradio.FileData"},
    }


def holds_file(value: Any) -> bool:
    """Whether Gradio might look for files somewhere in a value."""
    if isinstance(value, dict):
        return "path" in value or any(holds_file(item) for item in value.values())
    return isinstance(value, list | tuple) and any(holds_file(item) for item in value)


def received(value: Any) -> str:
    """The end of a sentence on a wrong value."""
    return f"Received: {shorten(value)}"


def shorten(value: Any, length: int = 100) -> str:
    """A value as Python writes it, cut off where it gets long."""
    text = repr(value)
    return text if len(text) <= length else f"{text[:length]}..."
