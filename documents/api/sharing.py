"""Sharing in the API: people with roles, and one link."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status

from documents import access
from documents.access import Opened, may_own, opened
from documents.api.schemas import (
    Invitation,
    LinkIn,
    LinkOut,
    MemberOut,
    Problem,
    RoleIn,
    SharingOut,
)
from documents.models import Document, Role, ShareLink, User
from documents.people import signed_in
from documents.sharing import Member, expiry, link_of, members_of

router = Router()


@router.get("/{uuid:document}/members", response=SharingOut)
def describe(request: HttpRequest, document: UUID) -> SharingOut:
    """Tell who can open a document; e-mail addresses and link to its owner alone."""
    return _sharing(opened(signed_in(request), document, timezone.now()))


@router.post("/{uuid:document}/members", response={200: SharingOut, 422: Problem})
def invite(
    request: HttpRequest, document: UUID, body: Invitation
) -> SharingOut | Status[Problem]:
    """Give somebody, named by e-mail, a role; only the owner may."""
    found = opened(signed_in(request), document, timezone.now(), may_own)
    guest = User.objects.filter(email__iexact=body.email, is_active=True).first()
    if guest is None:
        words = _("Nobody here has this e-mail address. Send them the link instead.")
        return Status(422, Problem(detail=words))
    if guest.pk == found.document.owner_id:
        return Status(422, Problem(detail=_("This document is yours already.")))
    access.grant(found.document, guest, Role(body.role))
    return _sharing(found)


@router.patch("/{uuid:document}/members/{int:user}", response=SharingOut)
def change(request: HttpRequest, document: UUID, user: int, body: RoleIn) -> SharingOut:
    """Give somebody who is a member another role; only the owner may."""
    found = opened(signed_in(request), document, timezone.now(), may_own)
    access.grant(found.document, _member(found.document, user), Role(body.role))
    return _sharing(found)


@router.delete("/{uuid:document}/members/{int:user}", response={204: None})
def remove(request: HttpRequest, document: UUID, user: int) -> Status[None]:
    """Take somebody's role; the owner anybody's, others their own."""
    me = signed_in(request)
    needs = access.may_read if user == me.pk else may_own
    found = opened(me, document, timezone.now(), needs)
    access.withdraw(found.document, _member(found.document, user))
    return Status(204, None)


@router.post("/{uuid:document}/link", response=LinkOut)
def make_link(request: HttpRequest, document: UUID, body: LinkIn) -> LinkOut:
    """Make the link, in place of an older one, and tell its address this once."""
    now = timezone.now()
    found = opened(signed_in(request), document, now, may_own)
    expires = expiry(body.term, now)
    token = access.create_link(found.document, Role(body.role), now, expires)
    url = request.build_absolute_uri(reverse("follow", args=[token]))
    return LinkOut(role=Role(body.role), expires=expires, url=url)


@router.delete("/{uuid:document}/link", response={204: None})
def take_link_back(request: HttpRequest, document: UUID) -> Status[None]:
    """Take the link back, and every role that was got by it."""
    found = opened(signed_in(request), document, timezone.now(), may_own)
    access.revoke_link(found.document)
    return Status(204, None)


def _member(document: Document, user: int) -> User:
    members = User.objects.filter(memberships__document=document)
    return get_object_or_404(members.distinct(), pk=user)


def _sharing(found: Opened) -> SharingOut:
    now, owns = timezone.now(), may_own(found.role)
    link = link_of(found.document, now) if owns else None
    return SharingOut(
        may_share=owns,
        members=[
            _shown(member, with_email=owns)
            for member in members_of(found.document, now)
        ],
        link=_link(link) if link else None,
    )


def _shown(member: Member, *, with_email: bool) -> MemberOut:
    return MemberOut(
        id=member.user.pk,
        name=str(member.user) if with_email else member.user.name,
        hue=member.user.hue,
        email=member.user.email if with_email else None,
        role=member.role,
        by_link=member.by_link,
    )


def _link(link: ShareLink) -> LinkOut:
    return LinkOut(role=Role(link.role), expires=link.expires)
