import { problemSchema, tokenDetailSchema, tokenListSchema, tokenParamsSchema } from '@autotrader/contracts';
import { toInstant } from '../views/instant.ts';
import { toScanRecordView } from '../views/scan-view.ts';
import { toTokenView } from '../views/token-view.ts';
import { type ApiApp, type ApiContext, notice } from './api-context.ts';

export function registerTokenRoutes(app: ApiApp, { board, market, now }: ApiContext): void {
  app.get(
    '/api/tokens',
    {
      schema: {
        operationId: 'listTokens',
        summary: 'The watchlist with the newest scan of each token',
        tags: ['tokens'],
        response: { 200: tokenListSchema, 401: problemSchema, 503: problemSchema },
      },
    },
    async () => ({ as_of: toInstant(now()), market, notice, tokens: (await board.tokens()).map(toTokenView) }),
  );

  app.get(
    '/api/tokens/:symbol',
    {
      schema: {
        operationId: 'getToken',
        summary: 'One token with all that its newest scan was judged by',
        tags: ['tokens'],
        params: tokenParamsSchema,
        response: {
          200: tokenDetailSchema,
          400: problemSchema,
          401: problemSchema,
          404: problemSchema,
          503: problemSchema,
        },
      },
    },
    async (request) => {
      const facts = await board.token(request.params.symbol);
      return {
        as_of: toInstant(now()),
        notice,
        token: toTokenView(facts),
        scan: facts.latest === null ? null : toScanRecordView(facts.latest),
      };
    },
  );
}
