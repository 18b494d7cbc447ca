import os

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render

from notebook.forms import NoteForm
from notebook.models import Note


def index(request):
    return render(request, "notebook/index.html", {"notes": Note.objects.select_related("author")[:20], "form": NoteForm()})


@login_required
def add(request):
    form = NoteForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        form.instance.author = request.user
        form.save()
        messages.success(request, "The note was kept.")
        return redirect("index")
    return render(request, "notebook/add.html", {"form": form}, status=422 if request.method == "POST" else 200)


def whoami(request):
    """What the application is told about the client, and who answers."""
    return JsonResponse(
        {
            "pid": os.getpid(),
            "path": request.path,
            "query": request.META["QUERY_STRING"],
            "host": request.get_host(),
            "secure": request.is_secure(),
            "forwarded_for": request.headers.get("X-Forwarded-For"),
        }
    )
