"""How allauth lets people in: by invitation only, and with a second factor whose secrets are sealed."""

from ipaddress import IPv6Address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from oralhistory.lib import sealing


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by himself; a sysadmin or an archivist invites."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose guesses are counted, and what is kept beside a session.

        Who has logged in is counted by account, so that no table says from where somebody of the staff works. It is
        the account's number in the form of an address, which allauth's column wants; in its upper half, because the
        lower one is not counted.
        """
        if request.user.is_authenticated:
            return str(IPv6Address(request.user.pk << 64))
        return str(super().get_client_ip(request))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts wrong passwords of an account wherever they come from: then anybody who knows an address
        # could keep its owner out. Here each place is counted for itself; what holds a guesser with many places
        # back is the length of passwords and the second factor.
        return (
            f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"
        )


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes, sealed with the key of the identity vault."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text).decode()
