// The scripts' sentences: Polish as they stand, in English from the page's own list (#words) when the page is English.

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
export const language = document.documentElement.lang;
const plurals = new Intl.PluralRules(language);

/** Say the sentence; `{name}` stands for a value. */
export function say(template, values = {}) {
  return (words[template] ?? template).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Say the number with its noun: 1 dzień, 2 dni, 5 dni. */
export function counted(number, one, few, many) {
  const forms = words[one] ?? { one, few, many, other: many };
  const form = Array.isArray(forms) ? forms[plurals.select(number) === "one" ? 0 : 1] : forms[plurals.select(number)];
  return `${number}\u00a0${form}`;
}
