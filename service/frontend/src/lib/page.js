// Small pieces that pages are made of.

/** Return a new element: its properties, then what is in it. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") element.setAttribute(key, value);
    else if (value !== undefined) element[key] = value;
  }
  element.append(...children);
  return element;
}

/** Return a text of the interface with its {places} filled. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Let the browser save a file. */
export function save(content, type, name) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
