// What a page does beyond its forms: keeps each field as it is filled in, keeps the lease while somebody is at work,
// and leads to what has to be mended. Everything works without it.

const AFTER_TYPING_MS = 600;
const EVERY_MS = 60_000;
const AGAIN_AFTER_MS = 4_000;
const FAILED = "Not saved. Your text is still here; save the page, or try again in a moment.";
const OUT = "Not saved: you are not signed in any more. Your text is still here; press the button to save, and nothing is lost.";
const IDENTIFIED = "Not saved: this could say who somebody is. Your text is still here; take it out.";

const saved = document.querySelector("[data-saved]");

function say(text, failed = false) {
  if (!saved) return;
  saved.textContent = text;
  saved.classList.toggle("saved--failed", failed);
}

async function post(url, pairs) {
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(pairs), redirect: "manual" });
  if (!response.ok) throw new Error({ 422: IDENTIFIED, 403: OUT }[response.status] ?? FAILED);
}

const waiting = new Map(); // field → timer
const unkept = new Map(); // field → why its last save failed
let nSending = 0;
let sending = Promise.resolve();

// "Saved" is said of the whole page: of every field that was changed, not of the one that came back last.
function sayWhatIsKept() {
  const [why] = unkept.values();
  if (why) say(why, true);
  else say(waiting.size || nSending ? "Saving …" : "Saved");
}

function valuesOf(form, name) {
  return [...form.elements]
    .filter((one) => one.name === name && (!["checkbox", "radio"].includes(one.type) || one.checked))
    .map((one) => one.value);
}

// What could not be saved before is tried again with it.
function keep(form, name) {
  waiting.delete(name);
  for (const each of new Set([name, ...unkept.keys()])) send(form, each);
}

function send(form, name) {
  const pairs = [
    ["form_token", form.elements.form_token.value],
    ["part", form.dataset.part],
    ["field", name],
    ...valuesOf(form, name).map((value) => ["value", value]),
  ];
  nSending += 1;
  sending = sending
    .then(() => post(form.dataset.autosave, pairs))
    .then(() => { unkept.delete(name); isKept(); })
    .catch((error) => unkept.set(name, [IDENTIFIED, OUT].includes(error.message) ? error.message : FAILED))
    .finally(() => { nSending -= 1; sayWhatIsKept(); });
}

// Says with the form which fields were changed here: another tab may have kept something in the rest meanwhile.
function touch(form, name) {
  if (form.querySelector(`[name="touched"][value="${CSS.escape(name)}"]`)) return;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "touched", value: name }));
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  form.addEventListener("input", (event) => {
    const { name } = event.target;
    if (!name) return;
    touch(form, name);
    clearTimeout(waiting.get(name));
    unkept.delete(name);
    waiting.set(name, setTimeout(keep, AFTER_TYPING_MS, form, name));
    sayWhatIsKept();
  });
  form.addEventListener("submit", () => waiting.forEach((timer) => clearTimeout(timer)));
}

// A second press while the first is on its way, on a slow network, sends nothing more.
const sent = new WeakSet();
addEventListener("submit", (event) => {
  if (sent.has(event.target)) event.preventDefault();
  sent.add(event.target);
  setTimeout(() => sent.delete(event.target), AGAIN_AFTER_MS);
});

// Times are sent as UTC; whoever reads them lives by the clock on their wall.
const clock = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });
for (const one of document.querySelectorAll("time[datetime]")) one.textContent = clock.format(new Date(one.dateTime));

const lease = document.querySelector("form[data-lease]");
const MINUTE_MS = 60_000;
let warning; // timer

function watch(minutes) {
  if (!lease) return;
  clearTimeout(warning);
  const before = Number(lease.dataset.warn);
  if (minutes <= before) return; // the page says so itself
  warning = setTimeout(() => say(`${before} minutes left with this item. Keep it, or save something, and it stays yours.`, true), (minutes - before) * MINUTE_MS);
}

function isKept() {
  if (lease) watch(Number(lease.dataset.whole));
}

let isAtWork = false;
if (lease) {
  watch(Number(lease.dataset.lease));
  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, () => { isAtWork = true; }, { passive: true });
  }
  setInterval(() => {
    if (!isAtWork || document.hidden) return;
    isAtWork = false;
    post(lease.action, [["form_token", lease.elements.form_token.value], ["quietly", "yes"]])
      .then(isKept)
      .catch((error) => say(error.message === OUT ? OUT : "This item could not be kept for longer; save what you have.", true));
  }, EVERY_MS);
}

document.getElementById("problems")?.focus();
