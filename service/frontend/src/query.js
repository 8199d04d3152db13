// Fields for an IRI: what is typed is looked up among the labels, and fills the list of the field.
const WAIT = 150;

for (const field of document.querySelectorAll("input[data-suggest]")) {
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    const words = field.value.trim();
    if (words.length < 2 || words.includes("://")) return;
    timer = setTimeout(async () => {
      const address = `/search?${new URLSearchParams({ prefix: words, lang: document.documentElement.lang, format: "json" })}`;
      const response = await fetch(address).catch(() => null);
      if (!response?.ok) return;
      const { hits } = await response.json();
      field.list.replaceChildren(...hits.map(({ iri, text }) => new Option(text, iri)));
    }, WAIT);
  });
}
