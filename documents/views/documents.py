"""The list of documents and the trash; every change is a form that is posted."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from documents import trash
from documents.access import may_own, may_write, opened, trash_of
from documents.forms import TitleForm
from documents.listing import entries
from documents.people import signed_in
from documents.storage import log
from documents.views.counted import counted, refusal


@login_required
@counted()
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the documents that the person can open, the last edited first."""
    user = signed_in(request)
    search = request.GET.get("q", "").replace("\0", "").strip()
    if search and (refused := refusal(request, "searches")):
        return refused
    return render(
        request,
        "documents/list.html",
        {
            "entries": entries(user, timezone.now(), search),
            "search": search,
            "now": timezone.now(),
            "just_trashed": _just_trashed(request),
        },
    )


def _just_trashed(request: HttpRequest) -> UUID | None:
    try:
        document = UUID(request.GET.get("trashed", ""))
    except ValueError:
        return None
    own = trash_of(signed_in(request)).filter(pk=document)
    return document if own.exists() else None


@login_required
@counted()
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Store a new document and open it."""
    form = TitleForm(request.POST)
    title = form.cleaned_data["title"] if form.is_valid() else ""
    document = log.create(signed_in(request), title, timezone.now())
    return redirect("document", document.pk)


@login_required
@counted()
@require_POST
def rename(request: HttpRequest, document: UUID) -> HttpResponse:
    """Give the document another title."""
    found = opened(signed_in(request), document, timezone.now(), may_write).document
    form = TitleForm(request.POST)
    if form.is_valid():
        found.title = form.cleaned_data["title"]
        found.save(update_fields=["title"])
    return redirect("documents")


@login_required
@counted()
@require_POST
def discard(request: HttpRequest, document: UUID) -> HttpResponse:
    """Put the document in the trash and offer to undo that."""
    now = timezone.now()
    trash.trash(opened(signed_in(request), document, now, may_own).document, now)
    response = redirect("documents")
    response["Location"] += f"?trashed={document}"
    return response


@login_required
@counted()
@require_POST
def restore(request: HttpRequest, document: UUID) -> HttpResponse:
    """Take the document out of the trash."""
    trash.restore(get_object_or_404(trash_of(signed_in(request)), pk=document))
    return redirect("documents")


@login_required
@counted()
@require_GET
def trashed(request: HttpRequest) -> HttpResponse:
    """Show what the person has put in the trash."""
    found = trash_of(signed_in(request)).order_by("-trashed")
    return render(
        request, "documents/trash.html", {"documents": found, "now": timezone.now()}
    )
