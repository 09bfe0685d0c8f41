"""The token service (``iam.cloud.ibm.com``)."""

from typing import Final
from urllib.parse import parse_qs

from .errors import Refused
from .messages import Answer
from .service import Context

_API_KEY_GRANT: Final = "urn:ibm:params:oauth:grant-type:apikey"


def token(context: Context) -> Answer:
    """``POST /identity/token``: an API key for a token, in a form (documented) or the query string (observed).

    Raises:
        Refused: 400; for an unknown key with ``BXNIM0415E`` (from client source).
    """
    form = {**context.request.arguments, **parse_qs(context.request.body.decode("utf-8", "replace"))}
    grant = form.get("grant_type", [""])[0]
    if grant != _API_KEY_GRANT:
        raise Refused(400, "BXNIM0109E", "Property missing or of no supported value: grant_type")
    if "apikey" not in form:
        raise Refused(400, "BXNIM0109E", "Property missing or empty: apikey")
    api_key = context.account.api_keys.get(form["apikey"][0])
    if api_key is None:
        raise Refused(400, "BXNIM0415E", "Provided API key could not be found.")
    return Answer(200, context.tokens.issue(api_key, lifetime_seconds=context.behaviour.token_lifetime_seconds))
