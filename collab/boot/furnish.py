"""Migrations, and in the embedded mode the demo: one process, one start of Django."""

import os

import django
from django.conf import settings
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    if settings.EMBEDDED:
        call_command("demo", verbosity=0)
