// The reader: filters at once, steps from mention to mention, the parts of one mention shown
// together, and the jump to `#char=a,b` where the page does not mark these characters yet.
// data-m of a segment names the mentions over it, outermost first; the badge of each is `.tag`.
const range = /^#char=\d+,\d+$/;

function jump() {
  const fragment = decodeURIComponent(location.hash);
  if (!range.test(fragment) || document.getElementById(fragment.slice(1))) return;
  const address = new URL(location.href);
  const asked = fragment.slice("#char=".length);
  if (address.searchParams.get("char") === asked) return;
  address.searchParams.set("char", asked);
  for (const name of ["page", "at"]) address.searchParams.delete(name);
  location.replace(address.href.replaceAll("%2C", ","));
}
jump();
addEventListener("hashchange", jump);

const sheet = document.querySelector(".sheet");
const form = document.querySelector(".toolbar");
const boxes = [...form.querySelectorAll("input[type=checkbox]")];
const segments = [...sheet.querySelectorAll("a[data-m]:not(.tag)")];
const tags = new Map();
for (const tag of sheet.querySelectorAll(".tag")) {
  if (!tags.has(tag.dataset.m)) tags.set(tag.dataset.m, []);
  tags.get(tag.dataset.m).push(tag);
}
const kindOf = (tag) => tag.className.match(/kind-(\w+)/)[1];
const innermost = new Map();

function show() {
  const visible = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const linked = new Set();
  for (const list of tags.values()) for (const tag of list) tag.hidden = !visible.has(kindOf(tag));
  for (const segment of segments) {
    const shown = segment.dataset.m.split(" ").filter((m) => tags.has(m) && !tags.get(m)[0].hidden);
    const inner = shown.at(-1);
    innermost.set(segment, inner);
    if (inner === undefined) {
      segment.className = "";
      for (const name of ["href", "title", "tabindex"]) segment.removeAttribute(name);
      continue;
    }
    const tag = tags.get(inner)[0];
    segment.className = `entity kind-${kindOf(tag)}`;
    if (shown.length > 1) segment.classList.add(`in-${kindOf(tags.get(shown.at(-2))[0])}`);
    if (tag.dataset.badge.includes("/")) segment.classList.add("apart");
    if (tag.classList.contains("begins")) segment.classList.add("begins");
    segment.setAttribute("href", tag.getAttribute("href"));
    segment.title = tag.title;
    if (linked.has(inner)) segment.tabIndex = -1;
    else segment.removeAttribute("tabindex");
    linked.add(inner);
  }
}

function remember() {
  const all = boxes.every((box) => box.checked);
  const kinds = boxes.filter((box) => box.checked).map((box) => box.value).join(",");
  const change = (address) => {
    if (all) address.searchParams.delete("kinds");
    else address.searchParams.set("kinds", kinds);
    return address.href.replaceAll("%2C", ",").replaceAll("%3B", ";");
  };
  history.replaceState(null, "", change(new URL(location.href)));
  for (const link of document.querySelectorAll(".pager a, [data-keep]")) {
    link.href = change(new URL(link.href));
  }
}

form.querySelector(".apply").hidden = true;
form.addEventListener("change", () => {
  show();
  remember();
});
for (const segment of segments) innermost.set(segment, undefined);
show();

// --- Steps
let current = null;
const starts = () => {
  const seen = new Set();
  return segments.filter((segment) => {
    const inner = innermost.get(segment);
    if (inner === undefined || seen.has(inner)) return false;
    seen.add(inner);
    return true;
  });
};

function step(by, same) {
  const from = sheet.contains(document.activeElement) ? document.activeElement.closest("[data-m]") : current;
  const wanted = same && from ? from.href : null;
  const list = starts().filter((segment) => wanted === null || segment.href === wanted);
  const follows = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;
  let next;
  if (from) {
    next = by > 0 ? list.find((one) => follows(from, one)) : list.findLast((one) => follows(one, from));
  } else {
    const below = (one) => one.getBoundingClientRect().top > 0;
    next = by > 0 ? list.find(below) : list.findLast((one) => !below(one));
  }
  if (!next) return;
  current?.classList.remove("current");
  current = next;
  next.classList.add("current");
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "center" });
}

const steps = document.querySelector("[data-steps]");
steps.hidden = false;
for (const button of steps.querySelectorAll("[data-step]")) {
  button.addEventListener("click", (event) => step(Number(button.dataset.step), event.shiftKey));
}
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  // By place on the keyboard: a Kazakh layout has other letters there.
  const by = { KeyN: 1, KeyP: -1 }[event.code];
  if (!by) return;
  event.preventDefault();
  step(by, event.shiftKey);
});

// --- Parts of one mention
function together(event, on) {
  const segment = event.target.closest?.("[data-m]");
  if (!segment) return;
  const m = segment.classList.contains("tag") ? segment.dataset.m : innermost.get(segment);
  if (m === undefined) return;
  for (const one of segments) {
    if (one.dataset.m.split(" ").includes(m)) one.classList.toggle("together", on);
  }
}
for (const [name, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  sheet.addEventListener(name, (event) => together(event, on));
}
