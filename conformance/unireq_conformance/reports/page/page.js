"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const dialog = document.querySelector("dialog");
  const table = document.querySelector("table");
  const rows = [...table.querySelectorAll("tr[data-clause]")];
  const clauses = new Map(data.clauses.map((clause) => [clause.id, clause]));

  // Text is only ever set as text, so nothing that a server said can become markup.
  const make = (tag, text, kind) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const prose = (text) => {
    const paragraph = make("p");
    text.split("`").forEach((part, n) => paragraph.append(n % 2 ? make("code", part) : part));
    return paragraph;
  };
  const shown = (value) => make("pre", JSON.stringify(value, null, 1));

  const section = (content, title, ...elements) => content.append(make("h3", title), ...elements);
  const verdictOf = (clause, target) => target.verdicts[clause.id] || { verdict: "absent" };
  const NAMES = { absent: "not judged", deviates: "deviates as declared" };
  const ORDER = ["fails", "stale", "deviates", "passes", "unsupported", "absent"];
  const nameOf = (status) => NAMES[status] || status;

  const command = (text) => {
    const line = make("div", undefined, "command");
    const copy = make("button", "Copy");
    copy.type = "button";
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        copy.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(line.firstChild);
        copy.textContent = "Selected";
      }
    });
    line.append(make("pre", text), copy);
    return line;
  };

  const open = (title, place, fill) => {
    const content = make("div", undefined, "content");
    fill(content);
    dialog.querySelector("h2").textContent = title;
    dialog.querySelector(".content").replaceWith(content);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    remember(place);
  };
  const remember = (place) => {
    try {
      history.replaceState(null, "", place ? "#" + encodeURIComponent(place) : location.pathname + location.search);
    } catch { /* some browsers forbid it for files */ }
  };

  const requirement = (content, clause) => {
    section(content, `Requirement (${clause.level})`, prose(clause.text));
    if (clause.why) section(content, "Why", prose(clause.why));
    if (clause.source) section(content, "Source", make("p", clause.source));
  };

  const openCell = (clause, target) =>
    open(`${clause.id} on ${target.name}`, `${clause.id}@${target.name}`, (content) => {
      const found = verdictOf(clause, target);
      const status = make("p");
      status.append(make("span", nameOf(found.verdict), `status ${found.verdict}`));
      if (found.examples) {
        const refused = found.refused ? `, ${found.refused} of them refused by the server` : "";
        const number = found.examples === 1 ? "1 request" : `${found.examples} requests`;
        status.append(make("span", `  ${number}${refused}`, "soft"));
      }
      content.append(status, make("p", clause.title));
      requirement(content, clause);
      if (found.failure) {
        const failure = found.failure;
        section(content, "Where", make("p", failure.where));
        section(content, "Expected", shown(failure.expected));
        section(content, "Observed", shown(failure.observed));
        section(content, "Request", make("pre", failure.request.join("\n")));
        if (failure.note) section(content, "Note", make("pre", failure.note));
      }
      // A refusal is declared for every clause, and is the reason of those that meet it.
      const declared = target.deviations.filter((each) => each.clause === clause.id ||
        (each.clause === "*" && (found.because || "").includes(each.because)));
      if (found.because && !declared.length) section(content, "Reason", prose(found.because));
      for (const each of declared) {
        section(content, "Declared deviation", prose(each.because));
        if (each.fields.length) {
          const list = make("ul");
          for (const field of each.fields) {
            const item = make("li");
            item.append(make("code", field.where), ": expected ", make("code", JSON.stringify(field.expected)),
              ", observed ", make("code", JSON.stringify(field.observed)));
            list.append(item);
          }
          content.append(list);
        }
        section(content, "Its witness", make("pre", each.request.join("\n")));
      }
      if (target.error) section(content, "The target", make("pre", target.error));
      section(content, "Judge it again", command(`${target.command} --clause ${clause.id}`));
    });

  const openClause = (clause) =>
    open(`${clause.id} ${clause.title}`, clause.id, (content) => {
      requirement(content, clause);
      const by = new Map();
      for (const target of data.targets) {
        const status = verdictOf(clause, target).verdict;
        by.set(status, [...(by.get(status) || []), target]);
      }
      for (const status of ORDER.filter((each) => by.has(each))) {
        const targets = by.get(status);
        const list = make("ul");
        for (const target of targets) {
          const item = make("li"), button = make("button", target.name);
          button.type = "button";
          button.addEventListener("click", () => openCell(clause, target));
          item.append(button);
          list.append(item);
        }
        section(content, `${nameOf(status)}: ${targets.length}`, list);
      }
    });

  const openTarget = (target) =>
    open(target.name, "@" + target.name, (content) => {
      if (target.error) section(content, "Not judged, or not to the end", make("pre", target.error));
      section(content, "Versions", make("p", target.versions));
      const bad = data.clauses.filter((c) => !["passes", "unsupported"].includes(verdictOf(c, target).verdict));
      const list = make("ul");
      for (const clause of bad) {
        const item = make("li"), button = make("button", `${clause.id} ${clause.title}`);
        button.type = "button";
        button.addEventListener("click", () => openCell(clause, target));
        item.append(button, ` ${nameOf(verdictOf(clause, target).verdict)}`);
        list.append(item);
      }
      if (bad.length) section(content, "Clauses that do not hold", list);
      section(content, "Judge it again", command(target.command));
    });

  const act = (button) => {
    const row = button.closest("tr"), cell = button.closest("td, th");
    const clause = row.dataset.clause && clauses.get(row.dataset.clause);
    const target = data.targets[cell.cellIndex - 1];
    if (clause && target) openCell(clause, target);
    else if (clause) openClause(clause);
    else openTarget(target);
  };
  table.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) act(button);
  });

  // One stop for the Tab key; the arrow keys go from cell to cell.
  let current = null;
  const stopAt = (button) => {
    if (current) current.tabIndex = -1;
    current = button;
    if (current) current.tabIndex = 0;
  };
  table.addEventListener("focusin", (event) => stopAt(event.target));
  table.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
      Home: [0, -Infinity], End: [0, Infinity] };
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const lines = [table.tHead.rows[0], ...rows.filter((row) => !row.hidden)];
    let y = lines.indexOf(event.target.closest("tr")), x = event.target.closest("td, th").cellIndex;
    do {
      y += step[0];
      x = step[1] === -Infinity ? 0 : step[1] === Infinity ? data.targets.length : x + step[1];
      const cell = lines[y] && lines[y].cells[x];
      const button = cell && cell.querySelector("button");
      if (button) {
        button.focus();
        button.scrollIntoView({ block: "nearest", inline: "nearest" });
        break;
      }
      if (!cell || !Number.isFinite(step[1])) break;
    } while (true);
    event.preventDefault();
  });

  const text = document.getElementById("text");
  const area = document.getElementById("area");
  const status = document.getElementById("status");
  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const clause = clauses.get(row.dataset.clause);
      const said = `${clause.id} ${clause.title} ${clause.text} ${clause.source}`.toLowerCase();
      const found = data.targets.map((target) => verdictOf(clause, target).verdict);
      row.hidden = !(words.every((word) => said.includes(word)) &&
        (!area.value || clause.area === area.value) && (!status.value || found.includes(status.value)));
      count += !row.hidden;
      found.forEach((each, n) =>
        row.cells[n + 1].classList.toggle("dim", Boolean(status.value) && each !== status.value));
    }
    for (const body of table.tBodies) {
      body.rows[0].hidden = ![...body.rows].slice(1).some((row) => !row.hidden);
    }
    document.querySelector("output").textContent =
      `${count} of ${rows.length} clause${rows.length === 1 ? "" : "s"}`;
    if (!current || current.closest("tr").hidden) {
      stopAt(rows.filter((row) => !row.hidden).map((row) => row.querySelector("button"))[0] || null);
    }
  };
  for (const each of [text, area, status]) each.addEventListener("input", filter);
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());

  dialog.addEventListener("close", () => remember(""));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("header button")) dialog.close();
  });

  const openPlace = () => {
    let place = "";
    try {
      place = decodeURIComponent(location.hash.slice(1));
    } catch { return; }
    const [id, ...rest] = place.split("@");
    const clause = clauses.get(id), target = data.targets.find((each) => each.name === rest.join("@"));
    if (clause && target) openCell(clause, target);
    else if (clause) openClause(clause);
    else if (target) openTarget(target);
  };
  addEventListener("hashchange", openPlace);
  document.body.classList.add("scripted");
  filter();
  openPlace();
})();
