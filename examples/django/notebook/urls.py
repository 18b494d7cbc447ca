from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from notebook import views

urlpatterns = [
    path("", views.index, name="index"),
    path("notes/add/", views.add, name="add"),
    path("whoami/", views.whoami),
    path("accounts/login/", LoginView.as_view(template_name="notebook/login.html"), name="login"),
    path("accounts/logout/", LogoutView.as_view(next_page="/"), name="logout"),
    path("admin/", admin.site.urls),
]
