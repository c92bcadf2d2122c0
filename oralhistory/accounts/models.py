"""People who work here, and what they may be asked to do."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from oralhistory.lib import ids
from oralhistory.lib.agents import Agent


@dataclass(frozen=True, slots=True)
class Subject:
    """An account, as events name it."""

    code: str


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An account; without a password it can only be entered after an invitation sets one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account of the staff. Narrators have none: they come by private link."""

    code = models.CharField(max_length=10, unique=True, default=ids.agent_code, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sessions_ended_at = models.DateTimeField(null=True, editable=False)  # no session from before is known

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    # No Django permissions and no admin site: what somebody may do depends on the interview, and
    # consent/access.py alone decides it.
    is_staff = False

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's has the password alone, and asks this one for former secrets too.
        ended = self.sessions_ended_at
        password_only = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{password_only}:{ended.timestamp()}" if ended else str(password_only)

    @property
    def agent(self) -> Agent:
        return Agent("user", self.code)

    @property
    def subject(self) -> "Subject":
        """As what an event is about: codes of accounts and of interviews look alike."""
        return Subject(str(self.agent))


class Role(models.TextChoices):
    INTERVIEWER = "interviewer"
    MODERATOR = "moderator"
    ARCHIVIST = "archivist"
    SYSADMIN = "sysadmin"


class RoleHeld(models.Model):
    """A role that somebody holds, since when, and by whose hand."""

    user = models.ForeignKey(User, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=12, choices=Role)
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="a_role_is_held_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]
