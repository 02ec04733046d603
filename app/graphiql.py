"""GraphiQL, the page on which people try queries: built from npm packages by web/graphiql, served from here."""

from pathlib import Path

from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

ASSETS = Path(__file__).parent / "static" / "graphiql"

# The browser itself holds the page to what we serve.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; "
    "worker-src 'self' blob:; frame-ancestors 'none'"
)
NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Rapport</title>
<h1>The API is up; GraphiQL is not built</h1>
<p>Queries are answered here by POST, from any GraphQL client.</p>
<p>To get the page to try queries on, run <code>make graphiql</code> in the checkout, then start the server again.</p>
</html>
"""


def html(assets: Path = ASSETS) -> str:
    """Return the page, or how to get it."""
    index = assets / "index.html"
    return index.read_text(encoding="utf-8") if index.exists() else NOT_BUILT


def response(text: str) -> HTMLResponse:
    """Return the page as an answer."""
    return HTMLResponse(text, headers={"content-security-policy": POLICY})


def routes(assets: Path = ASSETS) -> list[BaseRoute]:
    """Return the routes to the files of the page, none where it is not built."""
    return [Mount("/graphiql", StaticFiles(directory=assets))] if assets.exists() else []
