from django import forms

from notebook.models import Note


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["text", "attachment"]
