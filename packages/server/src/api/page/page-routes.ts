import { tokenParamsSchema } from '@autotrader/contracts';
import type { FastifyReply } from 'fastify';
import { toInstant } from '../../views/instant.ts';
import { toScanRecordView } from '../../views/scan-view.ts';
import { toTokenView } from '../../views/token-view.ts';
import { type ApiApp, type ApiContext, notice } from '../api-context.ts';
import type { Html } from './html.ts';
import { frameMarkup } from './page-frame.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { detailsMarkup } from './token-details.ts';
import { boardMarkup } from './token-table.ts';

/** The page at `/` and what it loads. Its data has addresses of its own, which ask for the token where one is set. */
export function registerPage(app: ApiApp, context: ApiContext & { readonly token: string | null }): void {
  const { board, health, now, market, metricsUrl, version } = context;
  const boardNow = async (): Promise<Html> =>
    boardMarkup({ asOfMs: now(), health: await health(), tokens: (await board.tokens()).map(toTokenView) });

  app.get('/', { schema: { hide: true } }, async (_request, reply) => {
    const first = context.token === null ? await boardNow() : null;
    return sendMarkup(reply, frameMarkup({ market, metricsUrl, notice, version, board: first }));
  });
  app.get('/page/style.css', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(pageStyle),
  );
  app.get('/page/script.js', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(pageScript),
  );
  app.get('/page/data/tokens', { schema: { hide: true } }, async (_request, reply) =>
    sendMarkup(reply, await boardNow()),
  );
  app.get(
    '/page/data/tokens/:symbol',
    { schema: { hide: true, params: tokenParamsSchema } },
    async (request, reply) => {
      const facts = await board.token(request.params.symbol);
      const scan = facts.latest === null ? null : toScanRecordView(facts.latest);
      return sendMarkup(reply, detailsMarkup({ as_of: toInstant(now()), notice, token: toTokenView(facts), scan }));
    },
  );
}

function sendMarkup(reply: FastifyReply, { markup }: Html): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(markup);
}
