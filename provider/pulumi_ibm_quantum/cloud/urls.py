"""Parts of an address, and what of it may be shown."""

import re

_USER_INFO = re.compile(r"(?<=//)[^/?#\s]*@")
# Object storage signs addresses in their query; whoever has such an address may read.
_SIGNATURE = re.compile(r"(?i)(?<=[?&])([^=&\s]*(?:signature|credential|token)[^=&\s]*)=[^&\s]*")
_VERSION = re.compile(r"/v\d+/")


def public_text(text: str) -> str:
    """Return a text on one line, without user, password and signatures in its URLs."""
    return _SIGNATURE.sub(r"\1=***", _USER_INFO.sub("", " ".join(text.split())))


def public_url(url: str | None) -> str:
    """Return what may be shown of a URL anywhere: neither user and password nor query."""
    return _USER_INFO.sub("", url or "").partition("?")[0]


def host_of(url: str) -> str:
    """Return scheme, host and port."""
    return "/".join(url.split("/")[:3])


def service_of(url: str) -> str:
    """Return the base address of the service that a URL belongs to: what comes before the version of its API."""
    return _VERSION.split(url, maxsplit=1)[0]
