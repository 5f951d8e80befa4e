// News from the server: each message is a topic ("strip", "approvals"). What shows that topic asks for itself again.
// A browser allows six connections to one server, so a tab that nobody looks at lets go of its connection.
export function followChanges() {
  const from = document.querySelector("meta[name=countersign-live]")?.content;
  if (!from) return;
  let source = null;
  let wasAway = false;

  const refresh = shown => htmx.trigger(shown, "live");
  const listen = () => {
    source = new EventSource(from);
    source.onmessage = ({ data }) => {
      for (const shown of document.querySelectorAll(`[data-live~="${CSS.escape(data)}"]`)) refresh(shown);
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
