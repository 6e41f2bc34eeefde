"use strict";
(() => {
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);
  let owner = null;
  let leaving = 0;

  const source = (ref) => document.getElementById(`source-${ref}`)?.textContent ?? "";

  // What the tip says of an element: its own words, or its source, that of its row, of its column.
  function words(element) {
    if (element.dataset.tip) return element.dataset.tip;
    if (element.matches("a.ref")) return source(element.textContent);
    if (element.dataset.ref) return source(element.dataset.ref);
    if (!element.matches("td") || !element.textContent) return "";
    const head = element.closest("table").tHead.rows[0].cells[element.cellIndex];
    const ref = element.parentNode.cells[0].dataset.ref ?? head?.dataset.ref
      ?? element.closest("table").caption?.dataset.ref;
    return ref ? source(ref) : "";
  }

  function place(box) {
    const size = tip.getBoundingClientRect();
    const below = box.bottom + 8 + size.height < innerHeight;
    const left = Math.min(Math.max(8, box.left), innerWidth - size.width - 8);
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${below ? box.bottom + 8 : Math.max(8, box.top - size.height - 8)}px`;
  }

  function show(element) {
    const said = words(element);
    if (!said) return;
    hide();
    owner = element;
    tip.textContent = said;
    tip.hidden = false;
    element.setAttribute("aria-describedby", "tip");
    place(element.getBoundingClientRect());
  }

  function hide() {
    clearTimeout(leaving);
    owner?.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  }

  const TOLD = "[data-tip], a.ref, [data-ref], table.sortable td";
  const told = (event) => (event.target instanceof Element ? event.target.closest(TOLD) : null);
  document.addEventListener("pointerover", (event) => {
    if (tip.contains(event.target)) return clearTimeout(leaving);
    const element = told(event);
    if (element && element !== owner) show(element);
  });
  document.addEventListener("pointerout", (event) => {
    if (owner?.contains(event.target) || tip.contains(event.target)) leaving = setTimeout(hide, 150);
  });
  document.addEventListener("focusin", (event) => (told(event) ? show(told(event)) : hide()));
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  const follow = () => owner && place(owner.getBoundingClientRect());
  document.addEventListener("scroll", follow, { passive: true, capture: true });

  // A picture is one stop of the tab key; arrow keys go from mark to mark.
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  for (const picture of document.querySelectorAll("svg")) {
    const marks = [...picture.querySelectorAll(".mark")];
    marks.forEach((mark, number) => {
      const title = mark.querySelector("title");
      mark.dataset.tip = title.textContent;
      mark.setAttribute("aria-label", title.textContent);
      mark.setAttribute("role", "img");
      mark.setAttribute("tabindex", number ? "-1" : "0");
      title.remove();
      mark.addEventListener("keydown", (event) => {
        const next = marks[number + (STEPS[event.key] ?? NaN)];
        if (!next) return;
        event.preventDefault();
        mark.setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
      });
    });
  }

  // Numbers by their value, largest first; words by the alphabet; what is unknown comes last.
  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.classList.contains("n") ? Number(cell.dataset.v ?? NaN) : cell.textContent.toLowerCase();
  };
  function sort(table, head) {
    const numeric = head.classList.contains("n");
    const now = head.getAttribute("aria-sort");
    const next = now === "none" ? (numeric ? "descending" : "ascending")
      : now === "ascending" ? "descending" : "ascending";
    const sign = next === "ascending" ? 1 : -1;
    const rows = [...table.tBodies[0].rows].map((row) => [key(row, head.cellIndex), row]);
    rows.sort(([a], [b]) =>
      numeric ? Number.isNaN(a) - Number.isNaN(b) || sign * (a - b) : sign * a.localeCompare(b));
    table.tBodies[0].append(...rows.map(([, row]) => row));
    for (const other of head.parentNode.cells) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", next);
  }
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(head.firstChild);
      button.addEventListener("click", () => sort(table, head));
      head.prepend(button);
    }
  }

  for (const link of document.querySelectorAll("[data-choose]")) {
    link.addEventListener("click", () => {
      document.getElementById(link.dataset.choose).checked = true;
    });
  }
})();
