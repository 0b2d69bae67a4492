"""Who the people of an imported log are here: by e-mail, made anew, or nobody again.

Makes accounts that nobody can sign in to until an administrator activates them.
"""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from documents.custody.records import Person
from documents.custody.vetting import LONGEST_NAME, Unfit
from documents.models import User


class Nobody(Exception):
    """No person here can own the document."""


class Arrivals:
    """The people of one file; `made` are the accounts that had to be made."""

    def __init__(self) -> None:
        self.made: list[User] = []
        self._introduced: dict[int, Person] = {}
        self._here: dict[int, int] = {}

    def introduce(self, person: Person) -> None:
        """Learn of a person; an account is looked for when something names them."""
        self._introduced[person.id] = person

    def here(self, there: int | None) -> int | None:
        """Give the id that a person of the file has here. Raises Unfit."""
        if there is None:
            return None
        if there not in self._here:
            self._here[there] = self._arrive(self._introduced[there])
        return self._here[there]

    def owner(self, there: int) -> User:
        """Give the person who owns the document. Raises Nobody."""
        found = _by_email(self._introduced[there].email)
        if found is None or not found.is_active:
            raise Nobody(self._introduced[there].email)
        return found

    def _arrive(self, person: Person) -> int:
        if not person.email:
            return _former(person.id)
        found = _by_email(person.email) or self._make(person)
        return found.pk

    def _make(self, person: Person) -> User:
        try:
            validate_email(person.email)
        except ValidationError:
            raise Unfit(f"person {person.id} has no e-mail address") from None
        name = person.name or person.email[:LONGEST_NAME]
        made = User.objects.create_user(person.email, name=name, is_active=False)
        self.made.append(made)
        return made


def _by_email(email: str) -> User | None:
    alike = list(User.objects.filter(email__iexact=email).order_by("pk"))
    exact = [user for user in alike if user.email == email]
    return next(iter(exact or alike), None)


def _former(there: int) -> int:
    """Give an id that is nobody's and never will be, the same if it can be."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_sequence_last_value(s), s::text"
            " FROM (SELECT pg_get_serial_sequence('documents_user', 'id')::regclass s)"
        )
        last, sequence = cursor.fetchone()
        if there <= (last or 0) and not User.objects.filter(pk=there).exists():
            return there
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return int(cursor.fetchone()[0])
