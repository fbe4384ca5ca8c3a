// "I shall come back to this question": kept on this device only, for each attempt; on the sheet a box at each question
// and a sign in the map, in the summary a tag.

const KEY = "filar-flags";
const KEPT_ATTEMPTS = 20;
const attempt = document.querySelector("[data-attempt]").dataset.attempt;
const template = document.querySelector("[data-flag-template]");
const legend = document.querySelector("[data-legend-flag]");

/** Return what is kept: attempt -> items. */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep(item, flagged) {
  const all = kept();
  const items = (all[attempt] ?? []).filter((one) => one !== item);
  all[attempt] = flagged ? [...items, item] : items;
  const newest = Object.keys(all).filter((one) => all[one].length).sort((a, b) => parseInt(b, 10) - parseInt(a, 10)).slice(0, KEPT_ATTEMPTS);
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(newest.map((one) => [one, all[one]]))));
  } catch {
    // Storage is full or forbidden: the flags last as long as the page.
  }
}

function addBox(question) {
  const box = template.content.cloneNode(true);
  const [input, label] = [box.querySelector("input"), box.querySelector("label")];
  input.id = `${question.id}-powrot`;
  label.htmlFor = input.id;
  input.value = question.dataset.item;
  input.addEventListener("change", () => {
    keep(input.value, input.checked);
    show();
  });
  const check = question.querySelector(".check");
  if (check) check.before(box);
  else question.append(box);
}

function show() {
  const boxes = [...document.querySelectorAll("[data-flag]")];
  const flagged = new Set(boxes.length ? boxes.filter((box) => box.checked).map((box) => box.value) : kept()[attempt]);
  for (const link of document.querySelectorAll("[data-item-link]")) {
    const is = flagged.has(link.dataset.itemLink);
    link.classList.toggle("is-flagged", is);
    link.querySelector("[data-item-flag]").hidden = !is;
  }
  for (const tag of document.querySelectorAll("[data-flagged]")) tag.hidden = !flagged.has(tag.dataset.flagged);
}

function load() {
  const flagged = kept()[attempt] ?? [];
  for (const box of document.querySelectorAll("[data-flag]")) box.checked = flagged.includes(box.value);
  show();
}

if (template) for (const question of document.querySelectorAll("[data-item]")) addBox(question);
if (legend) legend.hidden = false;
addEventListener("storage", ({ key }) => key === KEY && load());
addEventListener("pageshow", ({ persisted }) => persisted && load());
load();
