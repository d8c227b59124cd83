"""What several tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from humanseg import Segmenter

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    """The shipped network, loaded once."""
    return Segmenter.from_pretrained()


@pytest.fixture(scope="session")
def app_url(segmenter: Segmenter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the real app, served from this process as `app.py` does."""
    from humanseg.demo import LAUNCH, build_demo

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("gradio")))
        demo = build_demo(segmenter)
        _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, mcp_server=True, **LAUNCH)
        yield url
        demo.close()
