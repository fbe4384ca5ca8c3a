// Progressive enhancement of every page; each of them works without it.
// An imported address has no version that asset() gives, so the imported file has its version in its name.
import {
  Button,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  SkipLink,
  createAll,
} from "./vendor/govuk/govuk-frontend-6.6.0.min.js";

const { say } = await import(document.querySelector('[data-part="say"]').href);

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [Button, ErrorSummary, NotificationBanner, PasswordInput, SkipLink]) {
  createAll(component);
}

const toggle = document.querySelector("[data-nav-toggle]");
const nav = document.getElementById(toggle?.getAttribute("aria-controls") ?? "");
if (toggle && nav) {
  const label = toggle.querySelector("[data-nav-label]");
  const show = (open) => {
    label.textContent = open ? say("Zamknij") : say("Menu");
    nav.classList.toggle("is-open", open);
    toggle.setAttribute("aria-expanded", String(open));
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => show(toggle.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && toggle.getAttribute("aria-expanded") === "true") {
      show(false);
      toggle.focus();
    }
  });
}

for (const contents of document.querySelectorAll("details[data-open-when-wide]")) {
  if (matchMedia("(max-width: 59.99rem)").matches) contents.removeAttribute("open");
}

// A certificate that is being signed: look again until it is there. Without this module the page refreshes itself.
const REFRESH_SECONDS = 3;
const READY = "[data-reload-when-ready]";
const pending = document.querySelectorAll(READY).length;
async function lookAgain() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || fresh.querySelectorAll(READY).length < pending) return location.reload();
  } catch {
    // Without a network: later.
  }
  return setTimeout(lookAgain, REFRESH_SECONDS * 1000);
}
if (pending) setTimeout(lookAgain, REFRESH_SECONDS * 1000);

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const state = document.getElementById(button.getAttribute("aria-describedby") ?? "");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      if (state) state.textContent = say("Skopiowano.");
    } catch {
      if (state) state.textContent = say("Nie udało się skopiować – zaznacz tekst i skopiuj go ręcznie.");
    }
  });
}
