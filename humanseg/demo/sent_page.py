"""The page as it is sent: compressed, with a sentence for browsers that run no scripts.

Gradio's own head is made by a script, and it compresses all else but the page itself.
"""

import re
from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

SENTENCE = (
    b"<noscript>This page needs JavaScript: the mask is drawn in your browser. Please allow it "
    b"here, or call the API from a program.</noscript>"
)


class SentPage:
    """Puts the sentence into the page, and compresses it."""

    def __init__(self, app: Any):
        self.app = app
        self.page = GZipMiddleware(self._insert)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As ASGI says."""
        is_page = scope["type"] == "http" and not scope["path"].strip("/")
        await (self.page if is_page else self.app)(scope, receive, send)

    async def _insert(self, scope: Any, receive: Any, send: Any) -> None:
        begin: dict[str, Any] = {}

        async def insert(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                begin.update(message)  # held back, as its length changes
                return
            if begin:
                body = re.sub(rb"<body[^>]*>", rb"\g<0>" + SENTENCE, message["body"], count=1)
                longer = len(body) - len(message["body"])
                headers = [
                    (name, b"%d" % (int(value) + longer) if name == b"content-length" else value)
                    for name, value in begin["headers"]
                ]
                await send({**begin, "headers": headers})
                begin.clear()
                message = {**message, "body": body}
            await send(message)

        await self.app(scope, receive, insert)


MIDDLEWARE = [Middleware(SentPage)]
