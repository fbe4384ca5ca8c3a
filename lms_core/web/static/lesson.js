// A lesson without this module is whole; with it one can print a part, and go on where one stopped reading.
const { say } = await import(document.querySelector('[data-part="say"]').href);
const prose = document.querySelector("[data-lesson]");
const tools = document.querySelector("[data-lesson-tools]");
const checklist = document.querySelector("[data-checklist]");

function print(part) {
  document.body.dataset.printing = part;
  window.addEventListener("afterprint", () => delete document.body.dataset.printing, { once: true });
  window.print();
}

for (const button of document.querySelectorAll("[data-print]")) {
  const part = button.dataset.print || "lesson";
  if (part === "checklist" && !checklist) button.remove();
  else button.addEventListener("click", () => print(part));
}
if (tools) tools.hidden = false;

// The place is kept on this device only: it is nobody else's business how far somebody read.
const key = `filar-place-${prose.dataset.lesson}`;
const headings = [...prose.querySelectorAll("h2[id]")];
const resume = document.querySelector("[data-resume]");

function storedPlace() {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keepPlace(id) {
  try {
    localStorage.setItem(key, id);
  } catch {
    // Storage is full or forbidden: the place is lost, nothing else.
  }
}

const place = headings.find((heading) => heading.id === storedPlace());
if (place && place !== headings[0] && !location.hash) {
  resume.href = `#${place.id}`;
  resume.textContent = say("Wróć do: {place}", { place: place.textContent });
  resume.hidden = false;
}
const observer = new IntersectionObserver(
  (entries) => {
    const seen = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target.id);
    if (seen.length && window.scrollY > 0) keepPlace(seen.at(-1));
  },
  { rootMargin: "0px 0px -60% 0px" },
);
for (const heading of headings) observer.observe(heading);
