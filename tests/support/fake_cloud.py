"""An account to test with, and a client of it that is as thin as can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import requests

from pulumi_ibm_quantum.fake import (
    DEFAULT_API_KEY,
    DEFAULT_RESOURCE_GROUP_ID,
    PLAN_IDS,
    Account,
    ApiKey,
    Clock,
    Fake,
    Role,
    Subscription,
)

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
PREMIUM = PLAN_IDS["premium"]
MANAGER_KEY = "fake-manager-key"
READER_KEY = "fake-reader-key"
PRODUCTION = {
    "IBMCLOUD_IAM_API_ENDPOINT": "https://iam.cloud.ibm.com",
    "IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT": "https://resource-controller.cloud.ibm.com",
    "IBMCLOUD_QUANTUM_API_ENDPOINT": "https://quantum.cloud.ibm.com/api",
    "IBMCLOUD_QUANTUM_EU_DE_API_ENDPOINT": "https://eu-de.quantum.cloud.ibm.com/api",
    "IBMCLOUD_GT_API_ENDPOINT": "https://tags.global-search-tagging.cloud.ibm.com",
}


def make_fake(*, budget_seconds: int | None = 1000, limit_seconds: int | None = None) -> Fake:
    """Make an empty premium account at a fixed time, with one key for each role."""
    return Fake(
        Account(
            clock=Clock(NOW),
            subscriptions=[Subscription("premium", PREMIUM, "premium", budget_seconds, limit_seconds)],
            api_keys=[
                ApiKey(DEFAULT_API_KEY),
                ApiKey(MANAGER_KEY, Role.MANAGER, "IBMid-2"),
                ApiKey(READER_KEY, Role.READER, "IBMid-3"),
            ],
        )
    )


@dataclass
class Cloud:
    """A signed-in client of the fake, as thin as can be."""

    fake: Fake
    endpoints: dict[str, str]
    session: requests.Session = field(default_factory=requests.Session)

    def sign_in(self, api_key: str = DEFAULT_API_KEY) -> requests.Response:
        """Exchange a key for a token and use it from now on."""
        answer = self.session.post(
            f"{self.endpoints['IBMCLOUD_IAM_API_ENDPOINT']}/identity/token",
            data={"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": api_key},
            timeout=10,
        )
        if answer.ok:
            self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return answer

    def controller(self, method: str, path: str = "", **options: Any) -> requests.Response:
        """Call the Resource Controller; a path without a leading slash is an instance's id."""
        if not path.startswith("/"):
            tail = "/".join(quote(part, safe="") for part in path.split("//"))
            path = f"/v2/resource_instances/{tail}" if path else "/v2/resource_instances"
        url = self.endpoints["IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT"] + path
        return self.session.request(method, url, **{"timeout": 10, **options})

    def patch(self, crn: str, **parameters: Any) -> requests.Response:
        """PATCH an instance's parameters."""
        return self.controller("PATCH", crn, json={"parameters": parameters})

    def create(self, name: str = "new", **body: Any) -> requests.Response:
        """POST an instance."""
        required = {
            "name": name,
            "target": "us-east",
            "resource_group": DEFAULT_RESOURCE_GROUP_ID,
            "resource_plan_id": PREMIUM,
        }
        return self.controller("POST", json={**required, **body})

    def quantum(
        self, path: str, *, crn: str | None = None, region: str = "us-east", **options: Any
    ) -> requests.Response:
        """GET from the quantum API of a region, about an instance if it is named."""
        variable = "IBMCLOUD_QUANTUM_EU_DE_API_ENDPOINT" if region == "eu-de" else "IBMCLOUD_QUANTUM_API_ENDPOINT"
        headers = {"Service-CRN": crn} if crn else {}
        return self.session.request(
            options.pop("method", "GET"),
            f"{self.endpoints[variable]}/v1{path}",
            headers={**headers, **options.pop("headers", {})},
            **{"timeout": 10, **options},
        )

    def usage_ms(self, crn: str, start: str, end: str) -> int:
        """Read an instance's usage in an interval from analytics, in milliseconds."""
        params = {"instance": crn, "interval_start": start, "interval_end": end}
        answer: int = self.quantum("/analytics/usage", params=params).json()["usage"]
        return answer
