"""The forms of the pages."""

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from documents.models import TITLE_LENGTH, User


class TitleForm(forms.Form):
    """The title of a document; none is a title too."""

    title = forms.CharField(max_length=TITLE_LENGTH, required=False)


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """Signing up asks for the name that others will see."""

    field_order = ("name", "email", "password1")

    name = forms.CharField(label=_("Your name"), max_length=80)

    def save(self, request: HttpRequest) -> User:
        """Store the new person with name and hue."""
        person: User = super().save(request)
        person.name = self.cleaned_data["name"]
        person.choose_hue()
        person.save(update_fields=["name", "hue"])
        return person
