// Single keys for what stands on the page: an element names its key in aria-keyshortcuts. They can be turned off, for
// this browser (WCAG 2.1.4): whoever speaks to their computer, or types with a tremor, would press them unawares.
// Everything works without them.

const dialog = document.getElementById("keys");
const STORED = "caveat-keys";

const isOff = () => localStorage.getItem(STORED) === "off";

function isTyping(target) {
  if (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)) return true;
  return target.tagName === "INPUT" && !["radio", "checkbox", "button", "submit"].includes(target.type);
}

function press(element) {
  element.focus();
  // what hands an item on is only gone to: a key pressed by mistake must not take the item away
  if (element.dataset.keyGoes === undefined) element.click();
  else element.scrollIntoView({ block: "center" });
}

function show() {
  dialog.querySelector("[data-keys-state]").textContent = isOff() ? "They are off in this browser." : "They are on in this browser.";
  dialog.querySelector("[data-keys-switch]").textContent = isOff() ? "Turn them on" : "Turn them off";
}

function onKey(event) {
  if (isOff() || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || dialog.open) return;
  const found = event.key === "?" ? dialog : document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!found) return;
  event.preventDefault();
  if (found === dialog) dialog.showModal();
  else press(found);
}

if (dialog) {
  const opener = document.querySelector("[data-keys-open]");
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-keys-close]").addEventListener("click", () => dialog.close());
  dialog.querySelector("[data-keys-switch]").addEventListener("click", () => {
    if (isOff()) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, "off");
    show();
  });
  show();
  addEventListener("keydown", onKey);
}
