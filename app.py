"""Starts the demo: `python app.py`. On a Hugging Face Space it runs as it is."""

import argparse
import logging
import os
import sys

import numpy as np

from humanseg import Segmenter, WeightsError
from humanseg.demo import LAUNCH, build_demo


def main() -> None:
    """Loads the network, runs it once so that the first visitor need not wait, and serves."""
    options = parse_options()
    logging.basicConfig(format="%(name)s: %(message)s")
    logging.getLogger("humanseg").setLevel(logging.INFO)
    try:
        segmenter = Segmenter.from_pretrained(options.model)
    except WeightsError as error:
        sys.exit(f"humanseg: {error}")
    segmenter(np.zeros((240, 320, 3), np.uint8))
    build_demo(segmenter).launch(
        server_name=options.host,
        server_port=options.port,
        share=options.share,
        mcp_server=options.mcp,
        **LAUNCH,
    )


def parse_options() -> argparse.Namespace:
    """Reads the command line; what is not given there, Gradio takes from its environment."""
    parser = argparse.ArgumentParser(description="Serves the humanseg demo and its API.")
    parser.add_argument("--host", help="address to listen on; 0.0.0.0 for all (GRADIO_SERVER_NAME)")
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
    return parser.parse_args()


if __name__ == "__main__":
    main()
