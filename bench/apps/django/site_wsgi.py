"""The full page in Django: settings, middlewares, context processor, view and URLconf in one module, served by uWSGI."""
import itertools
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.shortcuts import render
from django.urls import path

HERE = Path(__file__).resolve().parent
WORDS = ["copper", "harbour", "lantern", "meadow", "orchard", "pebble", "quarry", "ribbon", "saddle", "timber"]
NAVIGATION = [
    {"href": "/", "label": "Home"},
    {"href": "/catalogue", "label": "Catalogue"},
    {"href": "/orders", "label": "Orders"},
    {"href": "/help", "label": "Help & contact"},
]
SESSIONS = {f"session-{i}": {"name": f"Visitor {i}"} for i in range(1000)}
SESSIONS["7f9c24e5b0d1443e9a"] = {"name": 'Ada "the first" O\'Neil'}
VISITOR = {"name": "nobody"}

settings.configure(
    DEBUG=False,
    SECRET_KEY="of a benchmark that signs nothing",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_I18N=False,
    USE_L10N=False,
    USE_TZ=True,
    SECURE_CONTENT_TYPE_NOSNIFF=True,
    SECURE_REFERRER_POLICY="same-origin",
    X_FRAME_OPTIONS="DENY",
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "django.middleware.http.ConditionalGetMiddleware",
        f"{__name__}.request_id",
        f"{__name__}.session",
        f"{__name__}.locale",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE / "templates"],
            "OPTIONS": {"context_processors": [f"{__name__}.site"]},
        }
    ],
)

count = itertools.count(1)


def request_id(get_response):
    def middleware(request):
        response = get_response(request)
        response["X-Request-Id"] = format(next(count), "x")
        return response

    return middleware


def session(get_response):
    def middleware(request):
        request.visitor = SESSIONS.get(request.COOKIES.get("session", ""), VISITOR)
        return get_response(request)

    return middleware


def locale(get_response):
    def middleware(request):
        request.locale = request.META.get("HTTP_ACCEPT_LANGUAGE", "en").split(",")[0].split(";")[0]
        return get_response(request)

    return middleware


def site(request):
    return {"navigation": NAVIGATION, "user": request.visitor}


def number(value):
    return int(value) if value == int(value) else value


def page(request):
    rows = [
        {
            "id": i + 1,
            "name": f"{WORDS[i % 10]} & {WORDS[(i + 3) % 10]}",
            "price": number((i * 7 + 3) / 2),
            "stock": i % 4,
            "tags": [WORDS[i % 10], "new"],
        }
        for i in range(20)
    ]
    return render(request, "page.html", {"title": "Catalogue <of> things", "rows": rows})


urlpatterns = [path("page", page)]
application = get_wsgi_application()
