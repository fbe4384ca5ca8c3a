// Moves elements up and down in questions about order. The lists of places stay, and are all there is without this module.

const { say } = await import(document.querySelector('[data-part="say"]').href);

const rowsOf = (list) => [...list.children];
const selectOf = (row) => row.querySelector("select");
const placeOf = (row) => Number(selectOf(row).value.split(":")[1] ?? 0);
const textOf = (row) => row.querySelector("label").textContent;

/** Return the rows by their places; those without one come last, as they stand. */
const inOrder = (list) => rowsOf(list).sort((one, other) => (placeOf(one) || Infinity) - (placeOf(other) || Infinity) || 0);

function setPlace(row, place) {
  const options = Array.from(selectOf(row).options, (option) => option.value);
  selectOf(row).value = options.find((value) => value.endsWith(`:${place}`)) ?? "";
}

function move(list, row, by, status) {
  const rows = inOrder(list);
  const from = rows.indexOf(row);
  const to = Math.min(Math.max(from + by, 0), rows.length - 1);
  rows.splice(to, 0, ...rows.splice(from, 1));
  rows.forEach((one, index) => setPlace(one, index + 1));
  list.append(...rows);
  status.textContent = say("{text}: miejsce {place} z {count}", { text: textOf(row), place: to + 1, count: rows.length });
  selectOf(row).dispatchEvent(new Event("change", { bubbles: true }));
}

function addButton(list, row, { text, sign, by, status }) {
  const button = document.createElement("button");
  const words = document.createElement("span");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary button-small";
  words.className = "govuk-visually-hidden";
  words.textContent = `${text}: ${textOf(row)}`;
  button.append(sign, words);
  button.addEventListener("click", () => {
    move(list, row, by, status);
    button.focus();
  });
  row.lastElementChild.append(button);
}

for (const list of document.querySelectorAll("[data-order]")) {
  const status = document.createElement("p");
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");
  list.after(status);
  for (const row of rowsOf(list)) {
    const buttons = document.createElement("span");
    buttons.className = "movers";
    row.append(buttons);
    addButton(list, row, { text: say("Wyżej"), sign: "↑", by: -1, status });
    addButton(list, row, { text: say("Niżej"), sign: "↓", by: 1, status });
  }
  if (rowsOf(list).every(placeOf)) list.append(...inOrder(list));
}
