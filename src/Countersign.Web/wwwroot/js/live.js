// News from the server: each message names the kinds of thing that changed ("draft,publication"; empty as a heartbeat).
// What shows one of them, as its data-live says, asks for itself again.
// A browser allows six connections to one server, so a tab that nobody looks at lets go of its connection.
export function followChanges() {
  const from = document.querySelector("meta[name=countersign-live]")?.content;
  if (!from) return;
  let source = null;
  let wasAway = false;

  // Asked by the page, not by the person: it does not count as using the session.
  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.triggeringEvent?.type === "live") detail.headers["X-By-Itself"] = "1";
  });

  const refresh = shown => htmx.trigger(shown, "live");
  const listen = () => {
    source = new EventSource(from);
    source.onmessage = ({ data }) => {
      const kinds = data.split(",").filter(Boolean);
      if (kinds.length) document.querySelectorAll(kinds.map(kind => `[data-live~="${CSS.escape(kind)}"][hx-get]`).join()).forEach(refresh);
    };
    if (wasAway) document.querySelectorAll("[data-live][hx-get]").forEach(refresh);
  };
  const hush = () => { source?.close(); source = null; };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { wasAway = true; hush(); } else if (!source) listen();
  });
  addEventListener("pagehide", hush);
  if (!document.hidden) listen();
}
