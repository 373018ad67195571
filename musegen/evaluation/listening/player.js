// The listening test: plays notes by WebAudio, asks, keeps answers in this browser, and hands them out as a file.
"use strict";
const test = JSON.parse(document.getElementById("test").textContent);
const place = document.getElementById("place");
const kept = "musegen-listening-" + test.test;
const byId = Object.fromEntries(test.items.map(item => [item.id, item]));
let state = load();
let sound = null;
let begun = 0;

function load() {
  try { return JSON.parse(localStorage.getItem(kept)) || null; } catch (error) { return null; }
}
function save() {
  try { localStorage.setItem(kept, JSON.stringify(state)); } catch (error) { /* a private window keeps nothing */ }
}
// A small generator of numbers from a listener's name: the same name, the same order.
function numbers(name) {
  let seed = 2166136261;
  for (const letter of name) seed = Math.imul(seed ^ letter.codePointAt(0), 16777619) >>> 0;
  return () => {
    seed = (seed + 0x6D2B79F5) >>> 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
function shuffled(list, random) {
  const found = list.slice();
  for (let last = found.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [found[last], found[other]] = [found[other], found[last]];
  }
  return found;
}
function trials(listener) {
  const random = numbers(test.test + listener);
  const single = shuffled(test.items.map(item => item.id), random).map(id => ({items: [id]}));
  const pairs = shuffled(test.pairs, random).map(pair => ({items: shuffled(pair, random)}));
  return single.concat(pairs);
}

// One voice a note: a soft tone with a few overtones, which dies away like that of a plucked string.
function play(item, button) {
  stop();
  const context = new (window.AudioContext || window.webkitAudioContext)();
  const out = context.createGain();
  out.gain.value = 0.25;
  out.connect(context.destination);
  const wave = context.createPeriodicWave(new Float32Array([0, 1, 0.45, 0.22, 0.1, 0.05]), new Float32Array(6));
  const start = context.currentTime + 0.1;
  let end = start;
  for (const [onset, length, pitch] of item.notes) {
    const tone = context.createOscillator(), loud = context.createGain();
    const from = start + onset, until = from + Math.max(length * 0.95, 0.05);
    tone.setPeriodicWave(wave);
    tone.frequency.value = 440 * Math.pow(2, (pitch - 69) / 12);
    loud.gain.setValueAtTime(0, from);
    loud.gain.linearRampToValueAtTime(0.8, from + 0.012);
    loud.gain.exponentialRampToValueAtTime(0.25, Math.max(until, from + 0.02));
    loud.gain.linearRampToValueAtTime(0, until + 0.06);
    tone.connect(loud).connect(out);
    tone.start(from);
    tone.stop(until + 0.08);
    end = Math.max(end, until);
  }
  button.textContent = "Stop";
  const timer = setTimeout(stop, (end - context.currentTime + 0.3) * 1000);
  sound = {context, button, timer, item: item.id};
}
function stop() {
  if (!sound) return;
  clearTimeout(sound.timer);
  sound.context.close();
  sound.button.textContent = "Play";
  sound = null;
}

function node(kind, settings, ...inside) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(settings || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}
function show(...parts) {
  stop();
  place.replaceChildren(...parts);
  const first = place.querySelector("h2");
  if (first) { first.tabIndex = -1; first.focus(); }
}
function choice(name, legend, options, changed) {
  const rows = options.map(([value, words]) => node("label", {}, node("input",
    {type: "radio", name: name, value: value, onchange: changed}), " " + words));
  return node("fieldset", {}, node("legend", {}, legend), ...rows);
}
function value(name) {
  const found = place.querySelector(`input[name="${name}"]:checked`);
  return found ? found.value : "";
}

function intro() {
  const name = node("input", {id: "listener", maxlength: "40", autocomplete: "off"});
  name.value = "listener-" + Math.random().toString(36).slice(2, 8);
  const begin = node("button", {type: "button", id: "begin", onclick: () => {
    const listener = name.value.trim();
    if (!listener || !value("training")) return;
    state = {listener: listener, training: value("training"), begun: new Date().toISOString(), answers: [], pairs: []};
    save();
    next();
  }}, "Begin");
  const count = test.items.length + test.pairs.length;
  show(
    node("h2", {}, "Before you begin"),
    node("p", {}, `You will hear ${test.items.length} short pieces, one after the other. Some were written or played by
      people long ago, some were made by a computer program. Say of each which of the two it is, and how good it is.
      Then ${test.pairs.length} pairs follow, of which you say which one is better. About ${Math.ceil(count / 2)}
      minutes.`),
    node("p", {}, "All pieces are played by the same plain tone at the same speed: judge the notes, not the sound. Use " +
      "headphones or good loudspeakers, in a quiet room. You may hear a piece again, and stop at any time: your answers " +
      "are kept in this browser. Nothing is sent anywhere; at the end you save a file."),
    node("p", {}, "Rubric: 5 a tune that I would gladly play or sing; 4 good, with a dull or odd moment; 3 passable; " +
      "2 aimless or broken in places; 1 makes no sense as music."),
    node("p", {}, node("label", {for: "listener"}, "Your name, or any word (the order of pieces comes of it): "), name),
    choice("training", "Your training in music", [["none", "none"], ["some", "I play or sing"],
      ["trained", "I have studied music"]]),
    node("p", {}, node("button", {type: "button", onclick: event => sound ? stop() :
      play({id: "check", notes: [[0, .4, 67], [.4, .4, 71], [.8, .8, 74]]}, event.target)}, "Play"),
      " Sound check: three notes, rising."),
    begin);
}

function player(id, label, heardIt) {
  const item = byId[id];
  const button = node("button", {type: "button", class: "play", "aria-label": "Play or stop " + label,
    onclick: () => { if (sound && sound.item === id) { stop(); } else { play(item, button); heardIt(id); } }}, "Play");
  const parts = [node("p", {}, node("strong", {}, label), " ", button)];
  if (item.sheet) parts.push(node("img", {class: "sheet", alt: "The notes of " + label, src: item.sheet}));
  return node("div", {class: "piece"}, ...parts);
}

function next() {
  const all = trials(state.listener);
  const done = state.answers.length + state.pairs.length;
  if (done >= all.length) return finish();
  const items = all[done].items;
  const heardOnes = new Set();
  begun = Date.now();
  const on = node("button", {type: "button", id: "next", disabled: true}, "Next");
  const look = () => {
    const enough = items.length === 1 ? value("verdict") && value("rating") : value("chosen");
    on.disabled = !(enough && items.every(id => heardOnes.has(id)));
  };
  const heardIt = id => { heardOnes.add(id); look(); };
  const labels = items.length === 1 ? ["The piece"] : ["A", "B"];
  const players = items.map((id, number) => player(id, labels[number], heardIt));
  const known = node("label", {}, node("input", {type: "checkbox", id: "known"}),
    items.length === 1 ? " I know this piece" : " I know one of them");
  const asked = items.length === 1 ? [
    choice("verdict", "Is it real, or made by a program?", [["real", "real"], ["made", "made"]], look),
    choice("rating", "How good is it?", [["1", "1 makes no sense"], ["2", "2 aimless or broken"], ["3", "3 passable"],
      ["4", "4 good"], ["5", "5 I would gladly play it"]], look)]
    : [choice("chosen", "Which one is the better tune?", [["0", "A"], ["1", "B"]], look)];
  on.addEventListener("click", () => {
    const seconds = Math.round((Date.now() - begun) / 100) / 10;
    const knows = document.getElementById("known").checked;
    if (items.length === 1) {
      state.answers.push({item: items[0], verdict: value("verdict"), rating: Number(value("rating")), known: knows,
        seconds: seconds});
    } else {
      state.pairs.push({first: items[0], second: items[1], chosen: items[Number(value("chosen"))], known: knows,
        seconds: seconds});
    }
    save();
    next();
  });
  show(node("h2", {}, items.length === 1 ? `Piece ${done + 1} of ${test.items.length}`
    : `Pair ${done - test.items.length + 1} of ${test.pairs.length}`),
    node("progress", {max: all.length, value: done, "aria-label": "done"}),
    ...players, ...asked, node("p", {}, known), on,
    node("p", {class: "soft"}, node("button", {type: "button", onclick: handOut}, "Save the answers so far")));
}

function handOut() {
  const told = Object.assign({kind: "musegen listening answers", version: 1, test: test.test}, state);
  const name = state.listener.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, 40) || "listener";
  const file = new Blob([JSON.stringify(told, null, 1) + "\n"], {type: "application/json"});
  const link = node("a", {href: URL.createObjectURL(file), download: `answers-${name}.json`});
  document.body.append(link);
  link.click();
  link.remove();
}

function finish() {
  show(node("h2", {}, "Thank you"),
    node("p", {}, "Save your answers as a file, and give it to whoever asked you to listen."),
    node("p", {}, node("button", {type: "button", id: "export", onclick: handOut}, "Save the answers")),
    node("p", {class: "soft"}, node("button", {type: "button", id: "again", onclick: () => {
      state = null;
      try { localStorage.removeItem(kept); } catch (error) { /* nothing was kept */ }
      intro();
    }}, "Another listener")));
}

if (state && state.listener) next(); else intro();
