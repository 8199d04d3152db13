// Suggestions while typing: each search field becomes a combobox over the labels that go on so.
// Those of the graph explorer lead to the graph. Without this script the field is a plain form. Arrow keys choose, Enter opens, Escape closes.
const WAIT = 150;
const LEAST = 2;
let count = 0;

function attach(field) {
  const list = document.createElement("ul");
  list.id = `suggestions-${++count}`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.ariaLabel ?? field.labels[0].textContent);
  list.hidden = true;
  field.form.append(list);
  const given = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false", autocomplete: "off" };
  for (const [name, value] of Object.entries(given)) field.setAttribute(name, value);

  const explores = field.form.getAttribute("action") === "/explore";
  let timer, running, current = -1;

  function close() {
    list.hidden = true;
    current = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    const options = [...list.children];
    current = (place + options.length + 1) % (options.length + 1); // the last place is the field itself
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === current)));
    if (options[current]) {
      field.setAttribute("aria-activedescendant", options[current].id);
      options[current].scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function show(hits) {
    list.replaceChildren(
      ...hits.map((hit, i) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${i}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.lang = hit.language;
        option.dataset.page = explores ? `/explore?${new URLSearchParams({ iri: hit.iri })}` : hit.page;
        option.className = `kind-${hit.kind}`;
        option.textContent = hit.text;
        return option;
      }),
    );
    list.hidden = !hits.length;
    current = hits.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    running?.abort();
    const prefix = field.value.trim();
    if (prefix.length < LEAST) return close();
    running = new AbortController();
    const address = `/search?${new URLSearchParams({ prefix, format: "json", limit: "8", lang: document.documentElement.lang })}`;
    try {
      const answer = await fetch(address, { signal: running.signal });
      if (answer.ok && field === document.activeElement) show((await answer.json()).hits.filter((hit) => hit.page));
    } catch (error) {
      if (error.name !== "AbortError") close(); // a suggestion is not worth a message
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(current === list.children.length ? 0 : current + 1);
    else if (event.key === "ArrowUp") mark(current - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && list.children[current]) location.assign(list.children[current].dataset.page);
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.page);
  });
}

document.querySelectorAll('form:is([action="/search"], [action="/explore"]) input[type="search"]').forEach(attach);
