"""The administration of people and documents; logs are never edited here."""

from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from documents.models import Document, Membership, User


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """People, by e-mail address."""

    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff")
    search_fields = ("email", "name")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("name", "hue")}),
        (
            _("Rights"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """The people of a document."""

    model = Membership
    extra = 0
    autocomplete_fields: ClassVar = ["user"]
    exclude = ("link",)


@admin.register(Document)
class DocumentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Documents, without their text; they are made by their log alone."""

    list_display = ("title", "owner", "created", "trashed")
    list_filter = ("trashed",)
    search_fields = ("title", "owner__email")
    readonly_fields = ("id", "created")
    autocomplete_fields: ClassVar = ["owner"]
    inlines: ClassVar = [MembershipInline]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Refuse: a document without a log could not be opened."""
        return False
