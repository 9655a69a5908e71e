/* The little that travels with every run: it puts the scene together from what has come before and hands it to the
   drawing (component.js), which travels once per session as all heavy parts do. */
const held = (window.__atlasParts = window.__atlasParts || new Map());
const kits = (window.__atlasKits = window.__atlasKits || new Map());

/* Put parts in their places; return the key of one that this browser does not hold. */
function unpack(scene) {
  for (const [name, part] of Object.entries(scene)) {
    if (!part || !part.$) continue;
    if ("value" in part) held.set(part.$, part.value);
    else if (!held.has(part.$)) return part.$;
    scene[name] = held.get(part.$);
  }
  return null;
}

function kitOf(text) {
  if (!kits.has(text)) kits.set(text, import(URL.createObjectURL(new Blob([text], { type: "text/javascript" }))));
  return kits.get(text);
}

async function draw(state, scene) {
  const kit = await kitOf(scene.kit);
  if (state.ended) return;
  state.stop = () => kit.stop(state);
  await kit.draw(state, scene);
}

export default function (component) {
  const root = component.parentElement, box = root.querySelector(".atlas");
  const state = (box.state = box.state || { box, root, el: box.querySelector(".atlas-map") });
  state.send = component;
  const scene = JSON.parse(new TextDecoder().decode(component.data)), lacking = unpack(scene);
  if (lacking) component.setTriggerValue("missing", lacking);
  else draw(state, scene).catch((error) => console.error(error));
  return () => {
    state.ended = true;
    state.stop?.();
    box.state = null;
  };
}
