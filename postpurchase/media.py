"""Pictures from our own host: product pictures and logos, whatever storage holds them."""

import mimetypes

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

SERVED = ("pictures/", "logos/")
TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})


@require_safe
def serve_media(request: HttpRequest, name: str) -> FileResponse:
    """Serve a re-encoded picture; names are hashes, so a browser may keep it for a year."""
    kind = mimetypes.guess_type(name)[0]
    if not name.startswith(SERVED) or kind not in TYPES:
        raise Http404
    try:
        file = default_storage.open(name)
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        # No such file, one outside of the media, a name that no file can have (with NUL).
        raise Http404 from error
    response = FileResponse(file, content_type=kind)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
