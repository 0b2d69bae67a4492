"""The routes of the pages."""

from django.urls import path

from documents.views import documents, editor, history, links

urlpatterns = [
    path("", documents.index, name="documents"),
    path("trash/", documents.trashed, name="trash"),
    path("documents/", documents.create, name="create"),
    path("documents/<uuid:document>/", editor.document, name="document"),
    path("documents/<uuid:document>/history/", history.history, name="history"),
    path("documents/<uuid:document>/rename/", documents.rename, name="rename"),
    path("documents/<uuid:document>/trash/", documents.discard, name="discard"),
    path("documents/<uuid:document>/restore/", documents.restore, name="restore"),
    path("share/", links.share, name="share"),
    path("share/<str:token>", links.follow, name="follow"),
    path("shell/", editor.shell, name="shell"),
    path("service-worker.js", editor.service_worker, name="service-worker"),
]
