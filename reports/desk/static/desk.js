// The pages work without this script. With it a field is saved as it is left, options can be dragged, figures pasted.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let sending = false;
  let waiting = null; // the form and button to be sent once the answer before is there

  const valueOf = (control) => (control.type === "checkbox" || control.type === "radio" ? control.checked : control.value);
  const same = (a, b) => a.name === b.name && a.type === b.type && (a.type !== "radio" && a.type !== "checkbox" || a.value === b.value);
  const controls = (within) => [...within.querySelectorAll("input[name], select[name], textarea[name]")].filter((c) => c.type !== "hidden" && c.type !== "file");

  // Puts the answer in place of what is there; what was typed meanwhile stays, and so does the focus.
  function put(text, before) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const active = document.activeElement;
    const focus = active && active !== document.body ? active.id : "";
    const caret = active && "selectionStart" in active && active.type === "text" ? [active.selectionStart, active.selectionEnd] : null;
    const typed = before.filter(([control, value]) => control.isConnected && valueOf(control) !== value).map(([control]) => control);
    const open = [...document.querySelectorAll("main details[id][open]")].map((d) => d.id);
    const scroll = [window.scrollX, window.scrollY];
    for (const id of ["main", "steps", "bar", "saved"]) {
      const there = document.getElementById(id), come = page.getElementById(id);
      if (there && come) there.replaceWith(document.adoptNode(come));
    }
    document.title = page.title;
    for (const id of open) { const d = document.getElementById(id); if (d) d.open = true; }
    for (const old of typed) {
      const now = controls(document).find((control) => same(control, old));
      if (!now) continue;
      if (now.type === "checkbox" || now.type === "radio") now.checked = old.checked; else now.value = old.value;
    }
    const heading = document.getElementById("ch"); // two values to choose from
    const target = heading || (focus && document.getElementById(focus));
    if (target && target.disabled) {
      const beside = target.parentElement.querySelector("button:not(:disabled)");
      if (beside) beside.focus();
    } else if (target) {
      target.focus({ preventScroll: true });
      if (caret && target.setSelectionRange) target.setSelectionRange(...caret);
    }
    if (!heading) window.scrollTo(...scroll); else heading.scrollIntoView();
  }

  async function send(form, button) {
    if (sending) { waiting = [form.id, button && button.id]; return; }
    sending = true;
    const before = controls(document).map((control) => [control, valueOf(control)]);
    const data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);
    const saved = document.getElementById("saved");
    if (saved) saved.textContent = document.body.dataset.saving;
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(data), headers: { "X-Desk": "1" } });
      const text = await answer.text();
      if (!answer.headers.get("content-type").startsWith("text/html")) throw new Error(text);
      put(text, before);
    } catch {
      if (saved) { saved.textContent = document.body.dataset.failed; saved.classList.add("red-text"); }
    }
    sending = false;
    const next = waiting;
    waiting = null;
    if (next && document.getElementById(next[0])) send(document.getElementById(next[0]), next[1] && document.getElementById(next[1]));
  }

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (event.target.type === "file" && form) { form.requestSubmit ? form.requestSubmit() : form.submit(); return; }
    if (form && form.dataset.saves !== undefined) send(form, null);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.saves === undefined) return;
    event.preventDefault();
    send(form, event.submitter);
  });

  // Files dropped onto their place.
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const place = event.target.closest && event.target.closest("[data-drop]");
      if (!place || !event.dataTransfer || ![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      place.classList.toggle("over", kind === "dragover");
      if (kind !== "drop") return;
      const input = place.querySelector("input[type=file]");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // Options: dragged by the grip, or moved by Alt and an arrow. The new order is saved as it is let go.
  const rows = (list) => [...list.querySelectorAll("li[data-code]")];
  function order(list) {
    const form = list.closest("form");
    form.querySelector("input[name=order]").value = rows(list).map((row) => row.dataset.code).join(" ");
  }
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest && event.target.closest(".grip");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    const row = grip.closest("li"), list = row.parentElement, first = rows(list).indexOf(row);
    row.classList.add("held");
    const move = (moved) => {
      const over = rows(list).find((other) => { const box = other.getBoundingClientRect(); return moved.clientY < box.top + box.height / 2; });
      if (over !== row && row.nextElementSibling !== over) list.insertBefore(row, over || null);
    };
    const end = (ended) => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", end);
      document.removeEventListener("pointercancel", end);
      row.classList.remove("held");
      if (ended.type === "pointercancel" || rows(list).indexOf(row) === first) return;
      order(list);
      const form = list.closest("form");
      form.querySelector("input[name=moved]").value = row.dataset.code;
      send(form, null);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const row = event.target.closest && event.target.closest("li[data-code]");
    if (!row) return;
    event.preventDefault();
    const button = row.querySelector(event.key === "ArrowUp" ? "[data-up]" : "[data-down]");
    if (button && !button.disabled) send(row.closest("form"), button);
  });

  // Figures pasted from a spreadsheet go to the reader of figures, not into one cell.
  document.addEventListener("paste", (event) => {
    const table = event.target.closest && event.target.closest("[data-paste]");
    const text = event.clipboardData && event.clipboardData.getData("text/plain");
    if (!table || !text || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const form = document.getElementById(table.dataset.paste);
    form.querySelector("textarea").value = text;
    send(form, form.querySelector("button"));
  });

  // Work under way: the page is looked at again until it is over.
  const again = document.querySelector("[data-again]");
  if (again) {
    const look = async () => {
      try {
        const answer = await fetch(location.href, { headers: { "X-Desk": "1" } });
        const text = await answer.text();
        if (answer.redirected && !document.querySelector("input:focus, textarea:focus")) { location.href = answer.url; return; }
        put(text, controls(document).map((control) => [control, valueOf(control)]));
      } catch { /* the desk is closed, or the machine slept: looked at again */ }
      if (document.querySelector("[data-again]")) setTimeout(look, 700);
    };
    setTimeout(look, 700);
  }
})();
