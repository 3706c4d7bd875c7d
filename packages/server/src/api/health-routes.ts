import { healthSchema, livenessSchema } from '@autotrader/contracts';
import type { ApiApp, ApiContext } from './api-context.ts';

export function registerHealthRoutes(app: ApiApp, { health }: ApiContext): void {
  app.get(
    '/health/live',
    {
      schema: {
        operationId: 'getLiveness',
        summary: 'The process answers',
        tags: ['health'],
        response: { 200: livenessSchema },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  for (const [path, operationId, summary] of [
    ['/health/ready', 'getReadiness', 'Whether requests can be served; degraded still can'],
    ['/health', 'getHealth', 'All parts with their causes'],
  ] as const) {
    app.get(
      path,
      { schema: { operationId, summary, tags: ['health'], response: { 200: healthSchema, 503: healthSchema } } },
      async (_request, reply) => {
        const report = await health();
        return reply.code(report.status === 'down' ? 503 : 200).send(report);
      },
    );
  }
}
