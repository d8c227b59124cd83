"""Starts the demo: `humanseg demo`, or `python app.py` in a clone.

Not in `humanseg.demo`, since Gradio reads the environment as soon as it is imported.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np

from humanseg.engines.process import ready_process
from humanseg.errors import WeightsError
from humanseg.segmenter import Segmenter


def main(arguments: Sequence[str] | None = None) -> None:
    """Loads the network, runs it once so that the first visitor need not wait, and serves.

    Args:
        arguments: Of the command line; None for those of the process.
    """
    options = parse_options(arguments)
    logging.basicConfig(format="%(name)s: %(message)s")
    logging.getLogger("humanseg").setLevel(logging.INFO)
    if find_spec("gradio") is None:
        sys.exit('humanseg: the page takes Gradio: pip install "humanseg[demo]"')
    ready_process()
    try:
        segmenter = Segmenter.from_pretrained(options.model)
    except WeightsError as error:
        sys.exit(f"humanseg: {error}")
    segmenter(np.zeros((240, 320, 3), np.uint8))
    call_itself_directly(options.host)
    report_to_zero_gpu()
    # Gradio reads the host when it is imported, and takes no IPv6 address from there.
    os.environ.pop("GRADIO_SERVER_NAME", None)
    from humanseg.demo import LAUNCH, build_demo

    try:
        build_demo(segmenter).launch(
            server_name=in_address(options.host),
            server_port=options.port,
            share=options.share,
            mcp_server=options.mcp,
            **LAUNCH,
        )
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None):  # the system's, of a folder for example
            raise
        # What Gradio says of a port is for those who call it from a program.
        given = f"port {options.port or 'not given'}, host {options.host or 'not given'}"
        sys.exit(
            "humanseg: --port must be free, and --host an address of this machine. "
            f"Received: {given}"
        )


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Reads the command line; what is not given there, Gradio takes from its environment."""
    prog = None if arguments is None else "humanseg demo"
    parser = argparse.ArgumentParser(prog, description="Serves the humanseg demo and its API.")
    parser.add_argument(
        "--host",
        default=os.environ.get("GRADIO_SERVER_NAME"),
        help="address to listen on; 0.0.0.0 or :: for all (GRADIO_SERVER_NAME)",
    )
    parser.add_argument("--port", type=int, help="default: from 7860 on (GRADIO_SERVER_PORT)")
    parser.add_argument(
        "--share", action="store_true", default=None, help="give a public link (GRADIO_SHARE)"
    )
    parser.add_argument(
        "--mcp", action="store_true", default=None, help="also serve MCP (GRADIO_MCP_SERVER)"
    )
    parser.add_argument(
        "--model",
        default=os.environ.get("HUMANSEG_MODEL"),
        help="owner/name[@revision] on the Hub or a .keras file (HUMANSEG_MODEL)",
    )
    return parser.parse_args(arguments)


def in_address(host: str | None) -> str | None:
    """A host as it stands in the address of a page: one of IPv6 in brackets."""
    return f"[{host}]" if host and ":" in host and not host.startswith("[") else host


def call_itself_directly(host: str | None) -> None:
    """Exempts this machine from a proxy of the environment, through which nothing is served.

    Gradio calls its own server at the start, and for each tool over MCP.
    """
    here = ["localhost", "127.0.0.1", "::1", "0.0.0.0", "::", *([host.strip("[]")] if host else [])]
    for name in ("no_proxy", "NO_PROXY"):
        exempt = [entry for entry in (os.environ.get(name), *here) if entry]
        os.environ[name] = ",".join(dict.fromkeys(exempt))


def report_to_zero_gpu() -> None:
    """Has a Space on ZeroGPU hardware start, which asks for a function that needs a GPU.

    None of ours does; the package is part of such Spaces.
    """
    if os.environ.get("SPACES_ZERO_GPU"):
        import spaces

        spaces.GPU(lambda: None)
