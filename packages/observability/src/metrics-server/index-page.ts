/** The page at `/`: what is served here. */
export function toIndexPage(metricsPath: string): string {
  const path = metricsPath.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Metrics</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 36rem; margin: 4rem auto; padding: 0 1rem }
</style>
<h1>Metrics</h1>
<ul>
  <li><a href="${path}">${path}</a>: Prometheus text or OpenMetrics, as the Accept header asks</li>
  <li><a href="/health">/health</a>: JSON; 200 while the process can do its work, 503 when it cannot</li>
</ul>
</html>
`;
}
