"""What can go wrong between us and IBM Cloud: what is known of it as attributes, and ``str`` as one line to act on.

CloudError
├── SignInError           the API key was refused
├── Unreachable           no answer: connection, time-out, or the service kept failing
├── Refused               the service answered with an error status
│   ├── Forbidden         401 or 403
│   └── NotFound          404 or 410
└── NotSettled            a write was accepted, but does not show in time
"""

import re
from typing import Self

from pulumi_ibm_quantum.vocabulary import printable

# What comes after the GUID is empty in the CRN of an instance.
_CRN_OF_INSTANCE = re.compile(r"crn(?::[^:\s]+){7}::")
_ACCOUNT_PERMISSIONS = "quantum-computing.account-"


class CloudError(Exception):
    """Any failure to get something from IBM Cloud or to change something there.

    Attributes:
        text: What is wrong, in the service's own words where it has some.
        purpose: What could not be done, as in "could not ..."; "" where ``text`` says it all.
        url: What was asked, without query; "" where nothing was asked.
    """

    def __init__(self, text: str, *, purpose: str = "", url: str = "") -> None:
        super().__init__(text)
        self.text = printable(text)
        self.purpose = purpose
        self.url = url
        self._instance_name: str | None = None

    def about(self, instance_name: str) -> Self:
        """Name the instance in place of its CRN from here on, for callers that know its name; return the error."""
        self._instance_name = instance_name
        return self

    def __str__(self) -> str:
        sentence = f"could not {self.purpose}: {self._reason()}" if self.purpose else self.text
        name = self._instance_name
        return sentence if name is None else _CRN_OF_INSTANCE.sub(lambda _: name, sentence)

    @property
    def sentence(self) -> str:
        """The same without what differs from call to call."""
        return str(self)

    def _reason(self) -> str:
        return self.text


class SignInError(CloudError):
    """The API key was refused, or there is none."""


class Unreachable(CloudError):
    """A service gave no answer that could be used, after all retries; what was asked for may have happened."""

    @property
    def cause(self) -> BaseException | None:
        """What the HTTP client met, if it was that."""
        return self.__cause__


class Refused(CloudError):
    """A service answered with an error.

    Attributes:
        status: Its HTTP status.
        permission: The IAM action that the call needs; "" where that is not known.
        transaction_id: What IBM's support asks for; "" where the answer has none.
        retry_after_seconds: How long the service asks to wait before the next try; None where it does not.
    """

    def __init__(
        self,
        text: str,
        status: int,
        *,
        purpose: str = "",
        url: str = "",
        permission: str = "",
        transaction_id: str = "",
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(text, purpose=purpose, url=url)
        self.args = (text, status)
        self.status = status
        self.permission = permission
        self.transaction_id = transaction_id
        self.retry_after_seconds = retry_after_seconds

    @property
    def sentence(self) -> str:
        """The same without the transaction id."""
        return str(self).replace(f" (transaction {self.transaction_id})", "")

    def _reason(self) -> str:
        transaction = f"(transaction {self.transaction_id})" if self.transaction_id else ""
        return " ".join(part for part in (str(self.status), self.text, transaction) if part)


class Forbidden(Refused):
    """The key may not do this; the sentence names the permission."""

    def _reason(self) -> str:
        if not self.permission:
            return f"{super()._reason()}; the API key may not do this"
        named = "this permission" if self.permission in self.text else f"the permission {self.permission}"
        of_account = self.permission.startswith(_ACCOUNT_PERMISSIONS)
        holder = " (an administrator of the account has it)" if of_account else ""
        return f"{super()._reason()}; the API key needs {named}{holder}"


class NotFound(Refused):
    """There is no such thing, or not any more."""


class NotSettled(CloudError):
    """A write was accepted, but reading back did not show it within the deadline."""
