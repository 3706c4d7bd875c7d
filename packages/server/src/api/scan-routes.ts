import {
  problemSchema,
  scanAcceptedSchema,
  scanListQuerySchema,
  scanListSchema,
  scanParamsSchema,
  scanRecordViewSchema,
  scanRequestSchema,
} from '@autotrader/contracts';
import { getTraceparent } from '@autotrader/observability';
import { toScanRecordView, toScanSummary } from '../views/scan-view.ts';
import type { ApiApp, ApiContext } from './api-context.ts';

export function registerScanRoutes(app: ApiApp, { board }: ApiContext): void {
  app.post(
    '/api/scans',
    {
      schema: {
        operationId: 'requestScans',
        summary: 'Asks for scans; without symbols, of the whole watchlist',
        description: 'A token whose scan has not ended is not scanned twice: the answer names the scan under way.',
        tags: ['scans'],
        body: scanRequestSchema,
        response: {
          202: scanAcceptedSchema,
          400: problemSchema,
          401: problemSchema,
          403: problemSchema,
          404: problemSchema,
          413: problemSchema,
          415: problemSchema,
          503: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const scans = await board.request(request.body.symbols, getTraceparent() ?? null);
      return reply.code(202).send({ scans: scans.map(({ id, symbol }) => ({ id, token_symbol: symbol })) });
    },
  );

  app.get(
    '/api/scans',
    {
      schema: {
        operationId: 'listScans',
        summary: 'Scans, newest first',
        tags: ['scans'],
        querystring: scanListQuerySchema,
        response: { 200: scanListSchema, 400: problemSchema, 401: problemSchema, 503: problemSchema },
      },
    },
    async (request) => {
      const { status, limit } = request.query;
      const records = await board.scans({ limit, ...(status === undefined ? {} : { state: status }) });
      return { scans: records.map(toScanSummary) };
    },
  );

  app.get(
    '/api/scans/:id',
    {
      schema: {
        operationId: 'getScan',
        summary: 'One scan, whatever became of it',
        tags: ['scans'],
        params: scanParamsSchema,
        response: {
          200: scanRecordViewSchema,
          400: problemSchema,
          401: problemSchema,
          404: problemSchema,
          503: problemSchema,
        },
      },
    },
    async (request) => toScanRecordView(await board.scan(request.params.id)),
  );
}
