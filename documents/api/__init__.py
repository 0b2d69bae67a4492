"""The JSON API with its OpenAPI description; `collab.api` adds what is live."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.security import django_auth
from typing_extensions import override

from documents.api.chat import router as chat
from documents.api.comments import router as comments
from documents.api.documents import router as documents
from documents.api.errors import answer_errors
from documents.api.findings import router as findings
from documents.api.history import router as history
from documents.api.past import router as past_bytes
from documents.api.sharing import router as sharing
from documents.api.throttle import Throttle


class Api(NinjaAPI):
    """Describes itself once: anybody may ask for that, and it takes 60 ms."""

    _description: OpenAPISchema | None = None

    @override
    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """Give what was described first."""
        if self._description is None:
            self._description = super().get_openapi_schema(**given)
        return self._description


api = Api(
    title="Palimpsest",
    version="1",
    description="Documents, their people and their text. Live editing is a WebSocket: "
    "docs/protocol.md.",
    auth=django_auth,
    throttle=Throttle(),
    docs_url="/docs",
)
api.add_router("/documents", documents, tags=["documents"])
api.add_router("/documents", sharing, tags=["sharing"])
api.add_router("/documents", chat, tags=["chat"])
api.add_router("/documents", comments, tags=["comments"])
api.add_router("/documents", history, tags=["history"])
api.add_router("/documents", past_bytes, tags=["history"])
api.add_router("/documents", findings, tags=["history"])
answer_errors(api)
