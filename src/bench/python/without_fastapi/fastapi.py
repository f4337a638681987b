"""What the article's servers use of FastAPI, on Starlette alone, for machines that FastAPI cannot be brought to: it needs
pydantic, which is compiled for one kind of machine, and Starlette is plain Python.

FastAPI is built on Starlette and does more for each request, so this is a kinder, faster peer with the same handlers.
"""

from functools import wraps

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

__all__ = ["FastAPI", "Request"]


class FastAPI(Starlette):
    def get(self, path):
        return self._handles(path, "GET")

    def post(self, path):
        return self._handles(path, "POST")

    def _handles(self, path, method):
        def decorate(handler):
            @wraps(handler)
            async def respond(request):
                return JSONResponse(await handler(request))

            self.router.routes.append(Route(path, respond, methods=[method]))
            return handler

        return decorate
