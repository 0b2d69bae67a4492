"""How the pages say people, roles and times."""

from datetime import datetime, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.initials import initials

register = template.Library()
register.filter("initials", initials)


@register.filter
def ago(then: datetime, now: datetime) -> str:
    """Say how long ago something was, and from the second day on its date."""
    seconds = int((now - then).total_seconds())
    if seconds < 60:
        return _("just now")
    minutes = seconds // 60
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {
            "n": minutes
        }
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    if localtime(then).date() == (localtime(now) - timedelta(days=1)).date():
        return _("yesterday")
    same_year = localtime(then).year == localtime(now).year
    return date_format(localtime(then), "j F" if same_year else "j F Y")
