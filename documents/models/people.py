"""People, who sign in by e-mail."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from documents.people import PersonManager, hue_of


class User(AbstractUser):
    """A person, who signs in by e-mail; `hue` is their colour in every document."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    hue = models.PositiveSmallIntegerField(_("colour"), default=1)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        """Say the name that others see."""
        return self.name or self.email

    def choose_hue(self) -> None:
        """Give the colour that follows from the e-mail address."""
        self.hue = hue_of(self.email)


@receiver(pre_delete, sender=User)
def _hold(instance: User, **_: object) -> None:
    """Let nobody be named any more who is being deleted.

    Else what is stored between taking their name away and them stops the deletion.
    """
    User.objects.select_for_update().filter(pk=instance.pk).first()
