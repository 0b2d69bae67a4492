"""The forms of the pages."""

from typing import Final

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from documents.models import TITLE_LENGTH, User


class TitleForm(forms.Form):
    """The title of a document; none is a title too."""

    title = forms.CharField(max_length=TITLE_LENGTH, required=False)


ADDRESS: Final = _("E-mail address")
"""As all our pages call it; allauth says Email."""


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """Logging in is by e-mail address."""

    def __init__(self, *given: object, **named: object) -> None:
        """Call it as our other pages do."""
        super().__init__(*given, **named)
        _call_address(self.fields["login"])


class ResetPasswordForm(AllauthResetPasswordForm):  # type: ignore[misc]
    """A new password is sent to the e-mail address."""

    def __init__(self, *given: object, **named: object) -> None:
        """Call it as our other pages do."""
        super().__init__(*given, **named)
        _call_address(self.fields["email"])


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """Signing up asks for the name that others will see."""

    field_order = ("name", "email", "password1")

    name = forms.CharField(label=_("Your name"), max_length=80)

    def __init__(self, *given: object, **named: object) -> None:
        """Call the e-mail address as our other pages do."""
        super().__init__(*given, **named)
        _call_address(self.fields["email"])

    def save(self, request: HttpRequest) -> User:
        """Store the new person with name and hue."""
        person: User = super().save(request)
        person.name = self.cleaned_data["name"]
        person.choose_hue()
        person.save(update_fields=["name", "hue"])
        return person


def _call_address(field: forms.Field) -> None:
    field.label = ADDRESS
    field.widget.attrs["placeholder"] = ADDRESS
