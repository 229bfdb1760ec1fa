"""The pages and the JSON endpoint: HTTP around a search service. It only reads."""

from search_app.web.app import create_app
from search_app.web.service import Service

__all__ = ["Service", "create_app"]
