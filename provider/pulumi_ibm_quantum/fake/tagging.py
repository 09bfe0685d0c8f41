"""Global Tagging v3 (``tags.global-search-tagging.cloud.ibm.com``), as far as instances go."""

from dataclasses import replace

from .errors import Refused
from .instance import Instance
from .messages import Answer
from .service import Context


def list_tags(context: Context) -> Answer:
    """``GET /v3/tags?attached_to=CRN``: the tags of one instance, or of all (documented)."""
    attached_to = context.request.argument("attached_to")
    instances = context.account.instances if attached_to is None else (_found(context, attached_to),)
    names = sorted({tag for instance in instances for tag in instance.tags})
    return Answer(
        200,
        {
            "total_count": len(names),
            "offset": 0,
            "limit": max(100, len(names)),
            "items": [{"name": name} for name in names],
        },
    )


def attach_tags(context: Context) -> Answer:
    """``POST /v3/tags/attach``: lower-cased, as the service keeps them (documented)."""
    return _changed(context, attach=True)


def detach_tags(context: Context) -> Answer:
    """``POST /v3/tags/detach`` (documented)."""
    return _changed(context, attach=False)


def _changed(context: Context, *, attach: bool) -> Answer:
    body = context.request.json()
    resources = body.get("resources")
    tags = body.get("tag_names") or ([body["tag_name"]] if body.get("tag_name") else [])
    if not isinstance(resources, list) or not resources or not isinstance(tags, list):
        raise Refused(400, "bad_request", "resources and tag_names must be lists.")
    names = frozenset(str(tag).lower() for tag in tags)
    results = []
    for resource in resources:
        instance = _found(context, str(resource.get("resource_id")))
        context.account.put(
            replace(instance, tags=instance.tags | names if attach else instance.tags - names),
        )
        results.append({"resource_id": instance.crn, "is_error": False})
    return Answer(200, {"results": results})


def _found(context: Context, crn: str) -> Instance:
    instance = context.account.find(crn)
    if instance is None or instance.state.gone:
        raise Refused(404, "not_found", f"The resource {crn} was not found.")
    return instance
