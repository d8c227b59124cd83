"""What callers are told whose request is no call at all: one sentence, and a status of 400.

Gradio's server has no words for these, and answers "Internal Server Error".
"""

import logging
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from gradio.route_utils import API_PREFIX, FnIndexInferError

from humanseg.demo.arguments import MISTAKE

CALLS = tuple(f"{API_PREFIX}/{way}" for way in ("call/", "queue/join", "run/", "api/"))
"""Paths of the ways to call an endpoint; behind a prefix, these come after it."""
BAD_REQUEST, SERVER_ERROR = 400, 500

logger = logging.getLogger(__name__)


def refuse(request: Request, error: Exception) -> JSONResponse:
    """Answers a request that Gradio's server failed at."""
    said = describe(request, error)
    if said is None:
        logger.error("%s failed.", request.url.path, exc_info=error)
    return JSONResponse({"detail": said or MISTAKE}, SERVER_ERROR if said is None else BAD_REQUEST)


def describe(request: Request, error: Exception) -> str | None:
    """What is wrong with a call, or None if that is not known."""
    if isinstance(error, RequestValidationError):
        return "The request must be as /?view=api shows; the body of a call is a JSON object."
    if not any(call in request.url.path for call in CALLS):
        return None
    endpoints = request.app.get_blocks().get_api_info()["named_endpoints"]
    endpoint = "/" + request.path_params.get("api_name", "")
    if isinstance(error, TypeError) and endpoint in endpoints:
        # "Parameter `treshold` is not ...", or "No value provided for ...: image"
        said = str(error).split(" Please click")[0].rstrip(".")
        names = [parameter["parameter_name"] for parameter in endpoints[endpoint]["parameters"]]
        return f"{said}. {endpoint} takes {', '.join(names) or 'no parameters'}."
    if isinstance(error, FnIndexInferError | KeyError):
        return f"There is no such endpoint; there are {', '.join(endpoints)}."
    return None


HANDLERS: dict[Any, Any] = dict.fromkeys(
    (RequestValidationError, TypeError, KeyError, FnIndexInferError, Exception), refuse
)
"""By error, as FastAPI takes them."""
