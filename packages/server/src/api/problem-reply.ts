import { STATUS_CODES } from 'node:http';
import { type Problem, problemContentType } from '@autotrader/contracts';
import type { FastifyError, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { RequestError, type RequestErrorCode, requestError } from '../errors.ts';

/** Largest request body. The longest useful one, 500 symbols of 64 characters, has half of it. */
export const bodyLimitBytes = 65_536;

export interface ProblemFacts {
  readonly error: RequestError;
  readonly traceId: string | null;
  readonly errors?: Problem['errors'];
}

export function toProblem({ error, traceId, errors }: ProblemFacts): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    trace_id: traceId,
    ...(errors === undefined ? {} : { errors }),
    ...(error.nearest.length === 0 ? {} : { nearest: [...error.nearest] }),
  };
}

/** Answers as RFC 9457 says, past the route's own serializer, which knows the good reply only. */
export function sendProblem(reply: FastifyReply, facts: ProblemFacts): FastifyReply {
  return reply
    .code(facts.error.status)
    .type(problemContentType)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(toProblem(facts));
}

/** What the framework found wrong with a request, in our words: its own may repeat what was sent. */
const frameworkErrors: Readonly<Record<string, RequestErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'SRV_BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'SRV_MEDIA_TYPE_REFUSED',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'SRV_BAD_REQUEST',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'SRV_BAD_REQUEST',
  FST_ERR_CTP_INVALID_JSON_BODY: 'SRV_BAD_REQUEST',
  FST_ERR_BAD_URL: 'SRV_BAD_REQUEST',
  FST_ERR_MAX_PARAM_LENGTH: 'SRV_BAD_REQUEST',
};

const badRequests: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The address is not well-formed.',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the address is longer than anything it could name.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its content-length says.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is not well-formed JSON.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not well-formed JSON.',
};

/** The problem that a thrown value stands for. What we do not know is a 500 that tells nothing of its inside. */
export function toRequestError(thrown: unknown): RequestError {
  if (thrown instanceof RequestError) return thrown;
  const { code, statusCode } = thrown as Partial<FastifyError>;
  const known = typeof code === 'string' ? frameworkErrors[code] : undefined;
  if (known === 'SRV_BODY_TOO_LARGE') return requestError(known, { limitBytes: bodyLimitBytes });
  if (known === 'SRV_MEDIA_TYPE_REFUSED') return requestError(known, {});
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    return requestError('SRV_BAD_REQUEST', { what: 'The request does not match its schema.' });
  }
  const isRequestFault = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  if (known !== undefined || isRequestFault) {
    return requestError('SRV_BAD_REQUEST', { what: badRequests[code ?? ''] ?? 'The request cannot be read.' });
  }
  return requestError('SRV_INTERNAL', {});
}

/** Every fault of the request, by JSON pointer. */
export function faultsOf(thrown: unknown): Problem['errors'] {
  if (!hasZodFastifySchemaValidationErrors(thrown)) return undefined;
  return thrown.validation.slice(0, 20).map(({ instancePath, message }) => ({
    path: instancePath.slice(0, 200),
    message: (message ?? 'not valid').slice(0, 500),
  }));
}
