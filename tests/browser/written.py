"""The forms of a page, as somebody without scripts fills them in."""

from html.parser import HTMLParser

_WRITTEN = {
    "number": "7",
    "date": "2031-05-06",
    "datetime-local": "2031-05-06T07:08",
    "url": "https://example.org/hook",
}
_NEVER = {"file", "submit", "button"}


class WrittenForm:
    """A form: where it is sent, and what stands in it."""

    def __init__(self, action, encoding):
        self.action = action
        self.encoding = encoding
        self.fields = {}
        self.kinds = {}
        self.choices = {}

    def fill(self):
        """Write something else into every field, and leave nothing as it was but what is hidden, and what confirms."""
        for name, kind in self.kinds.items():
            if kind in {"select", "radio", "checkbox"} and name != "confirmed":
                self.fields[name] = self.choices[name][-1]
            elif kind not in {"hidden", "select", "radio", "checkbox"}:
                self.fields[name] = _WRITTEN.get(kind, "a <b>word</b> & more")

    @property
    def written(self):
        """What somebody wrote, by name."""
        return {name: value for name, value in self.fields.items() if self.kinds[name] != "hidden"}


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms = []
        self._form = self._select = self._textarea = None

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "form" and said.get("method") == "post":
            self._form = WrittenForm(said["action"], said.get("enctype", ""))
            self.forms.append(self._form)
        if self._form is None:
            return
        if tag == "input" and said.get("name") and said.get("type") not in _NEVER:
            self._input(said["name"], said.get("type", "text"), said.get("value") or "", "checked" in said)
        elif tag == "textarea":
            self._textarea = said["name"]
            self._form.fields[said["name"]], self._form.kinds[said["name"]] = "", "textarea"
        elif tag == "select":
            self._select = said["name"]
            self._form.kinds[said["name"]], self._form.choices[said["name"]] = "select", []
        elif tag == "option" and self._select:
            self._option = [said.get("value"), "selected" in said]

    def _input(self, name, kind, value, checked):
        self._form.kinds[name] = kind
        if kind not in {"radio", "checkbox"}:
            self._form.fields[name] = value
            return
        self._form.choices.setdefault(name, []).append(value)
        if checked:
            self._form.fields[name] = value

    def handle_data(self, data):
        if self._textarea:
            self._form.fields[self._textarea] += data
        elif self._select and self._option:
            (value, selected), self._option = self._option, None
            value = data.strip() if value is None else value
            self._form.choices[self._select].append(value)
            if selected or self._select not in self._form.fields:
                self._form.fields[self._select] = value

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None


def forms_of(html):
    """Return the forms of a page that change something, from the top."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms
