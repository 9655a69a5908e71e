/* What the page as a whole owes to screen readers and Streamlit says in English or not at all: the language, names of
   landmarks and frames, and a voice for what changed. It sets attributes and those words, nothing else. */
const RULES = [
  ['[data-testid="stSkipToContent"]', (el, say) => speak(el, say.skip)],
  ['[data-testid="stTopNav"]', (el, say) => set(el, { "aria-label": say.menu })],
  ['[data-testid="stSidebar"]', (el, say) => set(el, { role: "complementary", "aria-label": say.side })],
  ['[data-testid="stSidebarNavItems"], [data-testid="stSidebarNavItems"] > div', (el) => set(el, { role: "group" })],
  ['[data-testid="stSidebarNavItems"] li', (el) => set(el, { role: "none" })],
  ['iframe[title^="streamlit_folium"]', (el, say) => set(el, { "aria-label": say.map })],
  // a table wider than a phone scrolls in its frame, which a keyboard has to reach
  [".atlas-scroll:not([tabindex])", (el, say) => set(el, { tabindex: "0", role: "group", "aria-label": say.scroll })],
];

/* The text node stays the one that React made. */
function speak(el, words) {
  if (el.firstChild && el.firstChild.data !== words) el.firstChild.data = words;
}

function set(el, wanted) {
  for (const [name, value] of Object.entries(wanted)) if (el.getAttribute(name) !== value) el.setAttribute(name, value);
}

function mend(state) {
  for (const [selector, act] of RULES) document.querySelectorAll(selector).forEach((el) => act(el, state.say));
}

/* A voice that is there before it speaks: what `role=status` says is told once per change, after the page came to rest. */
function voice() {
  let box = document.getElementById("atlas-voice");
  if (!box) {
    box = document.createElement("div");
    box.id = "atlas-voice";
    set(box, { "aria-live": "polite", role: "log" });
    document.body.append(box);
  }
  return box;
}

function tell(state) {
  const app = document.querySelector('[data-testid="stApp"]');
  if (app?.dataset.testScriptState !== "notRunning") return;
  const now = [...document.querySelectorAll('[role="status"].atlas-count')].map((el) => el.textContent.trim()).join(" ");
  if (now && now !== state.told && state.told !== undefined) voice().textContent = now;
  state.told = now;
}

/* Bring the card into view when another record was chosen, e.g. in the table far below: once per serial. */
function look(state) {
  const serial = document.querySelector(".atlas-look")?.dataset.serial;
  if (!serial || serial === state.looked) return;
  state.looked = serial;
  const side = document.querySelector(".st-key-side"), top = side?.getBoundingClientRect().top;
  if (side && (top < 40 || top > window.innerHeight - 160)) side.scrollIntoView({ behavior: "smooth" });
}

function settle(state) {
  if (state.waiting) return;
  state.waiting = true;
  requestAnimationFrame(() => {
    state.waiting = false;
    mend(state);
    tell(state);
    look(state);
  });
}

export default function (component) {
  const state = (window.__atlasManners = window.__atlasManners || {});
  state.say = component.data;
  document.documentElement.lang = state.say.lang;
  voice();
  state.observer = state.observer || new MutationObserver(() => settle(state));
  state.observer.observe(document.getElementById("root") || document.body,
    { subtree: true, childList: true, attributes: true, attributeFilter: ["data-test-script-state"] });
  settle(state);
}
