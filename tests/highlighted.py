"""A highlighted text, read back from its HTML."""

from html.parser import HTMLParser


class Html(HTMLParser):
    """The text of a piece of HTML, what covers each character, and the elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.over: list[set[int]] = []
        self.marked: list[bool] = []
        self.badges: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._open.append((tag, values))
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if "tag" in str(values.get("class", "")).split():
            self.badges.append(values)
        elif "href" in values:
            self.links.append(values)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        keys = {int(m) for _, a in self._open for m in str(a.get("data-m") or "").split()}
        self.text += data
        self.over += [keys] * len(data)
        self.marked += [any(tag == "mark" for tag, _ in self._open)] * len(data)
